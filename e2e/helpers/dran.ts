import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** How the demo is started. */
export interface DemoOptions {
  /** Seconds until the campaign opens by itself; `openNow` does not wait for it. */
  openInS: number;
  /** How many synthetic visitors join, wait and book. */
  crowd: number;
}

/** What the demo prints when it can be visited. */
const LISTENING = /listening on (http:\/\/\S+)/;

/** How long it may take until it prints that, and how long its orderly stop may take. */
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 15_000;

/** The newest output that an error message shows. */
const OUTPUT_SHOWN = 4_000;

/** The real program with a database of its own, on a port of its own. */
export class Dran {
  /** Without a slash at the end. */
  readonly url: string;
  private constructor(
    url: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {
    this.url = url;
  }

  /** Starts `dran demo` and waits until it listens. */
  static async start({ openInS, crowd }: DemoOptions): Promise<Dran> {
    const program = process.env.DRAN_BINARY ?? resolve(import.meta.dirname, "../../target/debug/dran");
    const folder = await mkdtemp(join(tmpdir(), "dran-e2e-"));
    const child = spawn(
      program,
      ["demo", "--listen", "127.0.0.1:0", "--data", folder, "--open-in", `${openInS}`, "--crowd", `${crowd}`],
      { stdio: ["pipe", "pipe", "pipe"] },
    );
    // Whatever ends this worker ends its demo.
    process.once("exit", () => child.kill("SIGKILL"));
    try {
      return new Dran(await address(child), child, folder);
    } catch (error) {
      child.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Opens the campaign at once, as Enter in the terminal does. */
  openNow(): void {
    this.child.stdin?.write("\n");
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

/** Waits for the line that names the address. */
function address(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (what: string) => reject(new Error(`${what}; it printed:\n${output.slice(-OUTPUT_SHOWN)}`));
    const late = setTimeout(() => fail(`dran did not listen within ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const found = LISTENING.exec(output);
      if (found) {
        clearTimeout(late);
        // From here on its output is read and forgotten, so that the pipe never fills.
        child.stdout?.off("data", read).resume();
        child.stderr?.off("data", read).resume();
        resolve(found[1].replace(/\/$/, ""));
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
