/** Bearer tokens: a file of their SHA-256, read again while the server runs, compared in constant time. */
import { Buffer } from "node:buffer";
import { hash, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { BoundaryError, FormatError, GuerdonError } from "../../core/errors.ts";
import { isSame, readRate, type Rate } from "./rate.ts";

/** A token that is let in. */
export interface Token {
  /** Whose it is, for logs; never the token. */
  readonly name: string;
  /** What all tokens of the name may ask for; null for as much as there is. */
  readonly rate: Rate | null;
  readonly sha256: Buffer;
}

const LINE = /^(?:sha256:)?([0-9a-f]{64})(?:\s+(\S.*))?$/i;

/**
 * Reads tokens as a file has them: one a line, the SHA-256 of the token in hex, then a name and what it may ask for (`requests=20 burst=100 items=5000`); `#` begins
 * a comment.
 *
 * @throws FormatError that names the line and never shows it, since it may hold a token
 */
export function parseTokens(text: string, file = "tokens"): Token[] {
  const tokens: Token[] = [];
  text.split(/\r?\n/).forEach((written, i) => {
    const line = written.replace(/(^|\s)#.*$/, "").trim();
    if (line === "") return;
    const found = LINE.exec(line);
    if (found === null) throw new FormatError(`${file}:${i + 1}: a line must be the SHA-256 of a token in hex and a name, got something else (printf %s "$TOKEN" | sha256sum makes one)`, { file, line: i + 1 });
    const read = readRate(found[2]?.split(/\s+/) ?? []);
    if (read === null) throw new FormatError(`${file}:${i + 1}: a word with = must be requests=NUMBER, burst=NUMBER (with requests) or items=NUMBER, above 0 and once, got something else`, { file, line: i + 1 });
    const token: Token = { name: read.name || `token ${tokens.length + 1}`, rate: read.rate, sha256: Buffer.from(found[1]!, "hex") };
    if (tokens.some(({ name, rate }) => name === token.name && !isSame(rate, token.rate))) throw new FormatError(`${file}:${i + 1}: tokens of one name must have the same rate, got two`, { file, line: i + 1 });
    tokens.push(token);
  });
  if (tokens.length === 0) throw new FormatError(`${file}: must hold at least one token, got none`, { file });
  return tokens;
}

/** Reads a file of tokens. @throws BoundaryError, FormatError */
export async function readTokens(file: string): Promise<Token[]> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new BoundaryError("file", `${file}: tokens must be readable, got ${(error as Error).message}`, { file }, error);
  });
  return parseTokens(text, file);
}

/** The token that a request presents as `Authorization: Bearer …` or `X-Api-Key: …`; null where it is not let in. */
export function presentedToken(tokens: readonly Token[], authorization: string | undefined, apiKey: string | string[] | undefined): Token | null {
  const bearer = authorization === undefined ? undefined : /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
  const presented = bearer ?? (typeof apiKey === "string" ? apiKey : undefined);
  if (presented === undefined) return null;
  const digest = hash("sha256", presented, "buffer");
  // Every token is looked at, whichever it is.
  let found: Token | null = null;
  for (const token of tokens) if (timingSafeEqual(token.sha256, digest)) found = token;
  return found;
}

/** True of addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase();
  return bare === "localhost" || bare === "::1" || (isIP(bare) === 4 && bare.startsWith("127."));
}

/** True of a `Host` header of this machine: a page of elsewhere whose name was bound to this address has another. */
export function isLoopbackHost(header: string | undefined): boolean {
  return header === undefined || header === "" || isLoopback(header.replace(/:\d+$/, ""));
}

/** True where a page of another place asks: browsers name its origin with everything but plain reads, with a body of no type too. */
export function isForeignOrigin(origin: string | undefined, host: string | undefined): boolean {
  return origin !== undefined && origin !== `http://${host}`;
}

/** @throws GuerdonError (usage) where an address that others reach has no tokens */
export function requireTokensFor(host: string, tokens: string | null): void {
  if (tokens === null && !isLoopback(host))
    throw new GuerdonError("usage", `serve: --host ${host} can be reached by others, so that --tokens FILE must be given, got none (a line of the file: printf %s "$TOKEN" | sha256sum)`, { host });
}
