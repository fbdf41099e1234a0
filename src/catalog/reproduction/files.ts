/** Reproductions as files: `reproductions/<room>/sNNN-name.ts` of a checkout, each exporting `reproduction`. */
import { readdir } from "node:fs/promises";
import { GuerdonError, SpecError } from "../../core/errors.ts";
import type { Reproduction } from "./reproduce.ts";

const folder = new URL("../../../reproductions/", import.meta.url);

/** A reproduction's file, known by its name alone. */
export interface ReproductionFile {
  /** Id of the catalogue row. */
  readonly system: string;
  readonly room: string;
  readonly url: URL;
}

/** Every reproduction of the checkout, by room and id. @throws GuerdonError where this is an installed package, which has none */
export async function reproductionFiles(): Promise<ReproductionFile[]> {
  const rooms = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new GuerdonError("usage", "reproduce: reproductions must be run from a checkout; this package ships their recorded results (guerdon systems)", {}, cause);
  });
  const files = await Promise.all(
    rooms
      .filter((room) => room.isDirectory())
      .map(async (room) =>
        (await readdir(new URL(`${room.name}/`, folder)))
          .filter((name) => /^s\d{3}-[a-z0-9-]+\.ts$/.test(name))
          .map((name) => ({ system: name.slice(0, 4), room: room.name, url: new URL(`${room.name}/${name}`, folder) })),
      ),
  );
  return files.flat().sort((a, b) => (a.room + a.system < b.room + b.system ? -1 : 1));
}

/** Imports a reproduction. @throws SpecError where the file exports none, or one of another system */
export async function loadReproduction(file: ReproductionFile): Promise<Reproduction> {
  const { reproduction } = (await import(file.url.href)) as { reproduction?: Reproduction };
  if (reproduction === undefined) throw new SpecError(`reproduce: ${file.room}/${file.system} must export \`reproduction\`, got nothing`);
  if (reproduction.system !== file.system) throw new SpecError(`reproduce: ${file.room}/${file.system} must reproduce the system of its name, got ${reproduction.system}`);
  return reproduction;
}
