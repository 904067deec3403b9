import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

/** How the demo is started. */
export interface DemoOptions {
  /** Seconds until the campaign opens. */
  openInS: number;
  /** How many synthetic visitors join, wait and book. */
  crowd: number;
}

/** A staff side to be visited, beside the citizens' one. */
export interface ServeOptions {
  /** Where it listens. */
  staffPort: number;
  /** Names of accounts, with their roles. */
  accounts: Record<string, string>;
  /** Our secret at the identity provider. */
  secret: string;
  /** Further lines of the configuration, from the head of a section on. */
  sections: string[];
}

/** What the demo prints when it can be visited. */
const LISTENING = /listening on (http:\/\/\S+)/;

/** The staff side of a demo, and an account for each role, named after it. */
export interface Staff {
  url: string;
  accounts: Record<string, { password: string; secret: string }>;
}

/** What the demo prints of its staff: the address, then a line for each account, the last role's at the end. */
const STAFF_URL = /staff on (http:\/\/\S+)/;
const STAFF_ACCOUNT = /^ +(\w+) +password "([^"]+)", secret of the app ([A-Z2-7]{32})$/gm;
const STAFF_LAST = "auditor";

/** What `dran user add` prints. */
const INITIAL_PASSWORD = /initial password, [^:]*: (\S.*)/;

/** How long it may take until it prints that, and how long its orderly stop may take. */
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 60_000;

/** The newest output that an error message shows. */
const OUTPUT_SHOWN = 4_000;

/** The centres that serve all of the region. */
const CENTRES = "kassel-stadt,giessen,fulda,frankfurt,wiesbaden,darmstadt";

/** The program under test. */
const PROGRAM = process.env.DRAN_BINARY ?? resolve(import.meta.dirname, "../../target/debug/dran");
const REGION = resolve(import.meta.dirname, "../../regions/hessen.toml");

/** The demo's campaign. */
export const CAMPAIGN = "hessen-2021-01-12";

/** The real program with a database of its own, on a port of its own. */
export class Dran {
  /** Without a slash at the end. */
  readonly url: string;
  /** The staff of a demo. */
  staff: Staff = { url: "", accounts: {} };
  private constructor(
    url: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {
    this.url = url;
  }

  /** Starts `dran demo` and waits until it listens. */
  static async start({ openInS, crowd }: DemoOptions): Promise<Dran> {
    const folder = await mkdtemp(join(tmpdir(), "dran-e2e-"));
    const where = ["--listen", "127.0.0.1:0", "--data", folder];
    const command = ["demo", ...where, "--open-in", `${openInS}`, "--crowd", `${crowd}`];
    return Dran.spawn(command, folder, (output) => {
      const accounts = [...output.matchAll(STAFF_ACCOUNT)].map(([, role, password, secret]) => [role, { password, secret }]);
      const url = STAFF_URL.exec(output)?.[1];
      const staff = { url, accounts: Object.fromEntries(accounts) };
      return url && staff.accounts[STAFF_LAST] ? (staff as Staff) : undefined;
    });
  }

  /**
   * Starts `dran serve` on a deployment of its own, made with the operator's commands; its campaign is the demo's
   * and opens tomorrow. `limits` are lines of the configuration's `[limits]`.
   */
  static async serve(limits: string, options?: ServeOptions): Promise<Dran> {
    const folder = await mkdtemp(join(tmpdir(), "dran-e2e-"));
    const config = join(folder, "dran.toml");
    const at = (name: string) => JSON.stringify(join(folder, name));
    const lines = [
      `store = ${JSON.stringify(`sqlite:${join(folder, "dran.sqlite")}`)}`,
      `region = ${JSON.stringify(REGION)}`,
      `keys = ${at("keys.toml")}`,
      `spool = ${at("spool")}`,
      'listen = "127.0.0.1:0"',
      `staff_listen = "127.0.0.1:${options?.staffPort ?? 0}"`,
      ...(options ? [`staff_url = "http://127.0.0.1:${options.staffPort}"`] : []),
      "[limits]",
      limits,
      ...(options?.sections ?? []),
    ];
    await writeFile(config, lines.join("\n"));
    const run = (...command: string[]) => promisify(execFile)(PROGRAM, [...command, "--config", config]);
    await run("init");
    const tomorrow = new Date(Date.now() + 24 * 3600 * 1000).toISOString().slice(0, 16);
    const opening = ["--opens-at", tomorrow, "--groups", "ab-80", "--centres", CENTRES];
    await run("campaign", "create", CAMPAIGN, ...opening);
    const staff: Staff = { url: options ? `http://127.0.0.1:${options.staffPort}` : "", accounts: {} };
    for (const [name, role] of Object.entries(options?.accounts ?? {})) {
      const { stdout } = await run("user", "add", name, "--role", role);
      staff.accounts[name] = { password: INITIAL_PASSWORD.exec(stdout)![1], secret: "" };
    }
    const secret = options ? { DRAN_OIDC_CLIENT_SECRET: options.secret } : {};
    return Dran.spawn(["serve", "--config", config], folder, () => staff, secret);
  }

  private static async spawn(command: string[], folder: string, staffIn: StaffIn, secret = {}): Promise<Dran> {
    const child = spawn(PROGRAM, command, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...secret } });
    // Whatever ends this worker ends its program.
    process.once("exit", () => child.kill("SIGKILL"));
    try {
      const { url, staff } = await address(child, staffIn);
      const dran = new Dran(url, child, folder);
      dran.staff = staff;
      return dran;
    } catch (error) {
      child.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Stops it as a service manager would; a demo that does not stop is a fault. */
  async stop(): Promise<void> {
    const alive = this.child.exitCode === null && this.child.signalCode === null;
    if (alive) {
      const gone = once(this.child, "exit");
      this.child.kill("SIGTERM");
      const late = setTimeout(() => this.child.kill("SIGKILL"), STOP_TIMEOUT_MS);
      const [, signal] = await gone;
      clearTimeout(late);
      if (signal === "SIGKILL") {
        throw new Error(`dran did not stop within ${STOP_TIMEOUT_MS} ms of SIGTERM`);
      }
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The staff in what was printed so far; nothing while it is not all there. */
type StaffIn = (output: string) => Staff | undefined;

/** Waits for the lines that name the address and the staff. */
function address(child: ChildProcess, staffIn: StaffIn): Promise<{ url: string; staff: Staff }> {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (what: string) => reject(new Error(`${what}; it printed:\n${output.slice(-OUTPUT_SHOWN)}`));
    const late = setTimeout(() => fail(`dran did not listen within ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const [found, staff] = [LISTENING.exec(output), staffIn(output)];
      if (found && staff) {
        clearTimeout(late);
        // From here on its output is read and forgotten, so that the pipe never fills.
        child.stdout?.off("data", read).resume();
        child.stderr?.off("data", read).resume();
        resolve({ url: found[1].replace(/\/$/, ""), staff });
      }
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", (error) => fail(`dran did not start: ${error.message}`));
    child.once("exit", (code, signal) => {
      clearTimeout(late);
      fail(`dran ended with ${code ?? signal}`);
    });
  });
}
