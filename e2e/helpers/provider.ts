import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import OidcProvider from "oidc-provider";

/** What is known of a person at the provider besides the name. */
export type People = Record<string, { groups: string[] }>;

/** Our name and secret at the provider. */
export const CLIENT = { id: "dran", secret: "ein Geheimnis mit + und % & = :" };

/** A port that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/**
 * A certified OpenID provider with its own login pages (npm's oidc-provider), where everybody may log in with any
 * password. It is reached as `localhost`, so that it is another site than dran, which is at 127.0.0.1.
 */
export class Provider {
  /** How long its ID tokens are good, in seconds. */
  idTokenLifeS = 300;

  private constructor(
    readonly issuer: string,
    private readonly server: Server,
  ) {}

  /** Starts it for a client that is sent back to `redirectUri`. */
  static async start(redirectUri: string, people: People): Promise<Provider> {
    const port = await freePort();
    const issuer = `http://localhost:${port}`;
    const server = createServer();
    const started = new Provider(issuer, server);
    const provider = new OidcProvider(issuer, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [redirectUri],
          response_types: ["code"],
          grant_types: ["authorization_code"],
        },
      ],
      claims: { openid: ["sub"], profile: ["preferred_username", "groups"] },
      // As Keycloak, ADFS and others: what was asked for stands in the ID token.
      conformIdTokenClaims: false,
      pkce: { required: () => true },
      cookies: { keys: ["for this test alone"] },
      features: { devInteractions: { enabled: true } },
      findAccount: (_: unknown, id: string) => ({
        accountId: id,
        claims: async () => ({ sub: id, preferred_username: id, groups: people[id]?.groups ?? [] }),
      }),
      ttl: { IdToken: 300, Session: 600, Interaction: 600, Grant: 600, AccessToken: 60 },
    });
    // Its configuration takes no lifetime that is over already.
    const issue = provider.IdToken.prototype.issue;
    provider.IdToken.prototype.issue = function (options: object) {
      const expiresAt = Math.floor(Date.now() / 1000) + started.idTokenLifeS;
      return issue.call(this, { ...options, expiresAt });
    };
    server.on("request", provider.callback());
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return started;
  }

  /** Stops it; a second time does nothing. */
  async stop(): Promise<void> {
    if (this.server.listening) {
      this.server.close();
      this.server.closeAllConnections();
      await once(this.server, "close");
    }
  }
}
