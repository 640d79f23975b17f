/** How much each entry point of the package may load: data only. */

export interface Size {
  readonly modules: number;
  /** Of 1,000 bytes: the sources without their comments, types included. */
  readonly kB: number;
}

export interface Ceiling {
  /** With the entry point. */
  readonly atOnce: Size;
  /** On demand, by dynamic imports; nothing unless it is given. */
  readonly later?: Size;
}

/** By the names in `exports` of package.json: what there is, and a twentieth more. */
export type Ceilings = Readonly<Record<string, Ceiling>>;

export const CEILINGS: Ceilings = {
  '.': { atOnce: { modules: 400, kB: 1_000 } },
  './node': { atOnce: { modules: 75, kB: 140 }, later: { modules: 3, kB: 8 } },
  './stdio': { atOnce: { modules: 45, kB: 80 } },
  './client': { atOnce: { modules: 140, kB: 290 }, later: { modules: 58, kB: 150 } },
  './flow': { atOnce: { modules: 110, kB: 236 } },
  './state': { atOnce: { modules: 18, kB: 27 } },
  './inside': { atOnce: { modules: 340, kB: 810 } },
  './auth': { atOnce: { modules: 100, kB: 190 }, later: { modules: 6, kB: 16 } },
  './redis': { atOnce: { modules: 80, kB: 140 } },
  './otel': { atOnce: { modules: 24, kB: 50 } },
  './embedded': { atOnce: { modules: 330, kB: 800 } },
  './postgres': { atOnce: { modules: 330, kB: 800 } },
  './testing': { atOnce: { modules: 140, kB: 320 } },
};
