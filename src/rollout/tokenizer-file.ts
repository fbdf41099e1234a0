/** A local `tokenizer.json`, read as far as the bytes of each token need it: vocabulary, added tokens, decoder. */
import { readFile } from "node:fs/promises";
import { FormatError, show } from "../core/errors.ts";
import { fileError } from "./bytes.ts";
import { isRecord } from "./messages.ts";
import { tokenBytes, type SpelledToken, type TokenAlphabet } from "./token-bytes.ts";

/** What tokens a vocabulary has, and what they spell. */
export interface TokenVocabulary {
  /** @throws FormatError for an id the vocabulary does not have */
  token(id: number): SpelledToken;
}

/** Reads a `tokenizer.json`. @throws BoundaryError, FormatError */
export async function loadVocabulary(path: string): Promise<TokenVocabulary> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw fileError(path, error);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new FormatError(`${path}: a tokenizer must be JSON, got ${(error as Error).message}`, { file: path }, error);
  }
  return readVocabulary(json, path);
}

/**
 * The vocabulary of a parsed `tokenizer.json`: models BPE and Unigram with a byte-level decoder or SentencePiece's (metaspace, byte fallback).
 *
 * @throws FormatError for any other decoder, whose text is not the concatenation of its tokens
 */
export function readVocabulary(json: unknown, where = "tokenizer"): TokenVocabulary {
  if (!isRecord(json) || !isRecord(json.model)) throw new FormatError(`${where}: a tokenizer must be an object with a model, got ${show(json)}`, { file: where });
  const alphabet = alphabetOf(json.decoder, where);
  const names = new Map<number, string>();
  const { vocab } = json.model;
  if (Array.isArray(vocab)) vocab.forEach((entry, id) => names.set(id, String(Array.isArray(entry) ? entry[0] : entry)));
  else if (isRecord(vocab)) for (const [name, id] of Object.entries(vocab)) names.set(id as number, name);
  else throw new FormatError(`${where}: model.vocab must be an object or an array, got ${show(vocab)}`, { file: where, field: "model.vocab" });
  const special = new Set<number>();
  const added = new Set<number>();
  for (const token of Array.isArray(json.added_tokens) ? json.added_tokens : []) {
    if (!isRecord(token) || typeof token.id !== "number" || typeof token.content !== "string") throw new FormatError(`${where}: an added token must have an id and a content, got ${show(token)}`, { file: where, field: "added_tokens" });
    names.set(token.id, token.content);
    added.add(token.id);
    if (token.special === true) special.add(token.id);
  }
  const known = new Map<number, SpelledToken>();
  return {
    token(id) {
      let token = known.get(id);
      if (token === undefined) {
        const name = names.get(id);
        if (name === undefined) throw new FormatError(`${where}: a token id must be in the vocabulary, got ${show(id)}`, { file: where, token: id });
        token = { bytes: tokenBytes(name, added.has(id) && alphabet === "metaspace" ? "text" : alphabet), special: special.has(id) };
        known.set(id, token);
      }
      return token;
    },
  };
}

function alphabetOf(decoder: unknown, where: string): TokenAlphabet {
  const parts = isRecord(decoder) && decoder.type === "Sequence" && Array.isArray(decoder.decoders) ? decoder.decoders : [decoder];
  const types = parts.map((part) => (isRecord(part) ? String(part.type) : "none"));
  if (types.length === 1 && types[0] === "ByteLevel") return "byte-level";
  const harmless = new Set(["Fuse", "ByteFallback", "Strip", "Metaspace", "Replace"]);
  const spaces = parts.some((part) => isRecord(part) && (part.type === "Metaspace" ? (part.replacement ?? "▁") === "▁" : part.type === "Replace" && isSpaceRule(part)));
  if (spaces && types.every((type) => harmless.has(type)) && parts.every((part) => !isRecord(part) || part.type !== "Replace" || isSpaceRule(part))) return "metaspace";
  throw new FormatError(`${where}: decoder must be ByteLevel, Metaspace or a sequence of Replace ▁, ByteFallback, Fuse and Strip, got ${types.join(" + ")}`, { file: where, field: "decoder", types });
}

function isSpaceRule(part: Record<string, unknown>): boolean {
  return isRecord(part.pattern) && part.pattern.String === "▁" && part.content === " ";
}
