/** Languages: which programs compile and run them, and which parts of the host those programs must see. */
import { accessSync, constants, existsSync, lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { Language } from "../core/capabilities.ts";
import { GO_ENVIRONMENT, goCache } from "./go-cache.ts";

/** Where the program's files stand inside. */
export const BOX = "/box";

/** How a language is run here. */
export interface Toolchain {
  readonly language: Language;
  /** Name of the entry file. */
  readonly entry: string;
  /** Host paths shown inside, read-only, at the same place. */
  readonly mounts: readonly string[];
  /** Host paths that its compiler is shown besides. */
  readonly compilers: readonly string[];
  /** A folder that its compiler is shown besides, found or made when it is first needed; null: none. Its place stands in a variable. */
  readonly cache?: { readonly variable: string; readonly folder: () => Promise<string | null> };
  /** Shell text that leaves one artefact on standard output; null where nothing is compiled. */
  readonly compile: string | null;
  /** Name of the artefact beside the entry file. */
  readonly artefact: string;
  /** Command line of a run. */
  readonly run: readonly string[];
  /** Option that sets the heap of the run time, which takes the place of an address-space limit. */
  readonly heap?: (memoryMb: number) => string;
  /** Whether an address-space limit can be set: run times that reserve memory they never touch cannot have one. */
  readonly addressSpace: boolean;
  /** Memory and processes the run time itself takes, beyond what the program is allowed. */
  readonly extraMb: number;
  readonly extraProcesses: number;
  readonly environment: Readonly<Record<string, string>>;
}

const SYSTEM_FOLDERS = ["/bin", "/sbin", "/lib", "/lib32", "/libx32", "/lib64"];

/** Links of a merged /usr, as bubblewrap arguments; real folders are shown read-only where `shown` says so. */
export function systemLinks(): string[] {
  return SYSTEM_FOLDERS.filter((path) => existsSync(path)).flatMap((path) => (lstatSync(path).isSymbolicLink() ? ["--symlink", readlinkSync(path).replace(/^\//, ""), path] : ["--ro-bind", path, path]));
}

/** True where another user may read the file and walk to it. */
export function isOpen(path: string, own: boolean): boolean {
  try {
    if (own) {
      accessSync(path, constants.R_OK | constants.X_OK);
      return true;
    }
    if ((statSync(path).mode & 0o005) !== 0o005) return false;
    for (let folder = dirname(path); folder !== "/"; folder = dirname(folder)) if ((statSync(folder).mode & 0o001) === 0) return false;
    return true;
  } catch (error) {
    if (["ENOENT", "EACCES", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw error;
  }
}

/** The program of a name, with its links followed, in these folders and in PATH. `own`: programs run as this user. */
export function findProgram(name: string, own: boolean, folders: readonly string[] = []): string | null {
  for (const folder of [...folders, ...(process.env["PATH"] ?? "").split(delimiter)]) {
    const path = join(folder, name);
    if (folder !== "" && existsSync(path) && isOpen(realpathSync(path), own)) return realpathSync(path);
  }
  return null;
}

/** The system's tools go before those of PATH. */
function find(name: string, own: boolean): string | null {
  return findProgram(name, own, ["/usr/bin", "/usr/local/bin", "/usr/local/go/bin"]);
}

/** What every program that is linked to the C library needs. */
function libraries(): string[] {
  const triplets = existsSync("/usr/lib") ? readdirSync("/usr/lib").filter((name) => /^(x86_64|aarch64)-linux-gnu$/.test(name)).map((name) => `/usr/lib/${name}`) : [];
  const all = triplets.length > 0 ? [...triplets, "/usr/lib64"] : ["/usr/lib", "/usr/lib64"];
  return all.filter((path) => existsSync(path));
}

const COMPILER = ["/etc/alternatives", "/usr/bin", "/usr/lib", "/usr/lib64", "/usr/libexec", "/usr/include"];

/** A tool under /usr is shown by its folder's rule; elsewhere the folder above `bin` is. */
function prefixOf(tool: string): string {
  return dirname(dirname(tool));
}

/** Whether Python programs find numpy: that of the system, which its Python shares with every user. */
export function hasNumpy(own: boolean): boolean {
  return find("python3", own)?.startsWith("/usr/bin/") === true && existsSync("/usr/lib/python3/dist-packages/numpy");
}

const PLAIN = { compilers: [], compile: null, artefact: "", addressSpace: true, extraMb: 0, extraProcesses: 0, environment: {} } as const;

/** Finds the toolchain of a language. `nodePath` is a Node that the sandbox may read. */
export function findToolchain(language: Language, own: boolean, nodePath: string | null): Toolchain | null {
  const present = (paths: readonly string[]): string[] => [...new Set(paths)].filter((path) => existsSync(path));
  switch (language) {
    case "python": {
      const python = find("python3", own);
      if (python === null) return null;
      const version = /python(3\.\d+)$/.exec(python)?.[1];
      const standard = python.startsWith("/usr/bin/") ? [`/usr/lib/python${version ?? "3"}`, "/usr/lib/python3"] : [prefixOf(python)];
      // numpy's linear algebra is found through the system's alternatives.
      const algebra = hasNumpy(own) ? ["/etc/alternatives"] : [];
      return { ...PLAIN, language, entry: "main.py", environment: { OPENBLAS_NUM_THREADS: "1" }, mounts: present([python, ...standard, ...algebra, ...libraries()]), run: [python, "-I", "-S", "-B"], extraMb: 24 };
    }
    case "bash": {
      const bash = find("bash", own);
      return bash === null ? null : { ...PLAIN, language, entry: "main.sh", mounts: present(["/usr/bin", "/etc/alternatives", ...libraries()]), run: [bash, `${BOX}/main.sh`], extraMb: 8 };
    }
    case "c":
    case "cpp": {
      const compiler = find(language === "c" ? "gcc" : "g++", own) === null ? null : language === "c" ? "gcc" : "g++";
      if (compiler === null) return null;
      // A program of the newer standard is compiled a second time; most are not.
      const [entry, standards] = language === "c" ? ["main.c", "gnu17"] : ["main.cpp", "gnu++17 gnu++20"];
      return {
        ...PLAIN,
        language,
        entry,
        mounts: present(libraries()),
        compile: `for standard in ${standards}; do ${compiler} -std=$standard -O2 -w -fmax-errors=20 -I${BOX} -o /tmp/program ${BOX}/${entry} $(ls ${BOX}/*.${language === "c" ? "c" : "cpp"} | grep -v '/${entry}$') -lm -pthread 2>/tmp/errors && exec cat /tmp/program; done; cat /tmp/errors >&2; exit 1`,
        artefact: "program",
        run: [`${BOX}/program`],
        extraMb: 8,
      };
    }
    case "javascript":
    case "typescript": {
      const entry = language === "typescript" ? "main.ts" : "main.js";
      return nodePath === null
        ? null
        : { ...PLAIN, language, entry, mounts: present([nodePath, ...libraries()]), run: [nodePath, "--disable-warning=ExperimentalWarning", `${BOX}/${entry}`], heap: (mb) => `--max-old-space-size=${mb}`, addressSpace: false, extraMb: 96, extraProcesses: 16 };
    }
    case "sql": {
      const shell = find("sqlite3", own);
      return shell === null
        ? null
        : { ...PLAIN, language, entry: "main.sql", mounts: present([shell, ...libraries()]), run: [shell, "-batch", "-bail", "-init", "/dev/null", ":memory:", `.read ${BOX}/main.sql`], extraMb: 16 };
    }
    case "java": {
      const [javac, java] = [find("javac", own), find("java", own)];
      if (javac === null || java === null) return null;
      return {
        ...PLAIN,
        language,
        entry: "Main.java",
        mounts: present([prefixOf(java), ...readdirSync("/etc").filter((name) => name.startsWith("java")).map((name) => `/etc/${name}`), "/usr/bin", ...libraries()]),
        compile: `mkdir /tmp/classes && ${javac} -J-XX:+UseSerialGC -J-XX:TieredStopAtLevel=1 -nowarn -d /tmp/classes ${BOX}/*.java >&2 && cd /tmp/classes && ${join(prefixOf(javac), "bin", "jar")} cf /tmp/program.jar . >&2 && cat /tmp/program.jar`,
        artefact: "program.jar",
        run: [java, "-XX:+UseSerialGC", "-Xshare:auto", "-XX:-UsePerfData", "-Xss64m", "-cp", `${BOX}/program.jar`, "Main"],
        heap: (mb) => `-Xmx${mb}m`,
        addressSpace: false,
        extraMb: 128,
        extraProcesses: 32,
      };
    }
    case "go": {
      const go = find("go", own);
      if (go === null) return null;
      return {
        ...PLAIN,
        language,
        entry: "main.go",
        mounts: present(libraries()),
        compilers: [prefixOf(go)],
        cache: { variable: "GOCACHE", folder: () => goCache(go, own) },
        compile: `cd /tmp && cp ${BOX}/*.go . && ${go} build -o /tmp/program *.go >&2 && cat /tmp/program`,
        artefact: "program",
        run: [`${BOX}/program`],
        addressSpace: false,
        extraMb: 32,
        extraProcesses: 32,
        environment: { ...GO_ENVIRONMENT, GOCACHE: "/tmp/cache" },
      };
    }
    case "rust": {
      const rustc = find("rustc", own);
      if (rustc === null) return null;
      return {
        ...PLAIN,
        language,
        entry: "main.rs",
        mounts: present(libraries()),
        compilers: [prefixOf(rustc)],
        compile: `${rustc} --edition 2021 -O -o /tmp/program ${BOX}/main.rs >&2 && cat /tmp/program`,
        artefact: "program",
        run: [`${BOX}/program`],
        extraMb: 8,
      };
    }
  }
}

/** What a compiler sees: more than the program it makes. */
export function compilerMounts({ mounts, compilers }: Toolchain): string[] {
  return [...new Set([...COMPILER.filter((path) => existsSync(path)), ...[...mounts, ...compilers].filter((path) => !COMPILER.some((folder) => path === folder || path.startsWith(`${folder}/`)))])];
}

/** A Node that the sandbox may read: this one, or one of the system. */
export function findNode(own: boolean): string | null {
  const path = realpathSync(process.execPath);
  return isOpen(path, own) ? path : find("node", own);
}
