import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PLAIN_UNITS, SI_UNITS } from "./units-table.ts";
import { convert, convertible, factor, parseUnit, type Unit } from "./units.ts";

function unit(text: string): Unit {
  const parsed = parseUnit(text);
  if (parsed === null) throw new Error(`no unit: ${text}`);
  return parsed;
}

/** How many of the second make one of the first, as text. */
function ratio(a: string, b: string): string | null {
  const f = factor(unit(a), unit(b));
  return f === null ? null : f.d === 1n ? `${f.n}` : `${f.n}/${f.d}`;
}

// Figures: SI brochure (9th edition); international yard and pound of 1959; NIST Handbook 44, appendix C.
const EQUAL: [string, string, string][] = [
  ["m", "cm", "100"],
  ["km", "m", "1000"],
  ["L", "cm^3", "1000"],
  ["mL", "cm³", "1"],
  ["L", "\\text{ dm}^3", "1"],
  ["h", "min", "60"],
  ["hours", "seconds", "3600"],
  ["days", "hrs", "24"],
  ["week", "days", "7"],
  ["years", "months", "12"],
  ["m/s", "km/h", "18/5"],
  ["km/h", "kph", "1"],
  ["mph", "miles per hour", "1"],
  ["mi/h", "mph", "1"],
  ["mile", "feet", "5280"],
  ["yard", "inches", "36"],
  ["ft", "in.", "12"],
  ["square feet", "in^2", "144"],
  ["cubic feet", "\\text{cubic inches}", "1728"],
  ["sq ft", "ft²", "1"],
  ["acre", "hectares", "316160658/781250000"],
  ["hectare", "m^2", "10000"],
  ["kg", "g", "1000"],
  ["lb", "oz", "16"],
  ["lbs", "pounds", "1"],
  ["tonne", "kilograms", "1000"],
  ["gallon", "quarts", "4"],
  ["quart", "cups", "4"],
  ["gallon", "cubic inches", "231"],
  ["tbsp", "tsp", "3"],
  ["dollars", "cents", "100"],
  ["$", "\\$", "1"],
  ["£", "pence", "100"],
  ["yuan", "jiao", "10"],
  ["N", "kg·m/s²", "1"],
  ["J", "N*m", "1"],
  ["W", "J/s", "1"],
  ["kWh", "J", "3600000"],
  ["kcal", "J", "4184"],
  ["Pa", "N/m^2", "1"],
  ["atm", "Pa", "101325"],
  ["bar", "kPa", "100"],
  ["V", "J/C", "1"],
  ["Ω", "V/A", "1"],
  ["kΩ", "\\Omega", "1000"],
  ["Hz", "s^{-1}", "1"],
  ["knots", "nautical miles per hour", "1"],
  ["MB", "kB", "1000"],
  ["MiB", "KiB", "1024"],
  ["byte", "bits", "8"],
  ["hp", "ft-lb/s", "550"],
  ["people", "persons", "1"],
  ["dozen apples", "apples", "12"],
  ["million people", "people", "1000000"],
  ["m s^{-2}", "\\frac{\\text{m}}{\\text{s}^2}", "1"],
  ["°", "degrees", "1"],
  ["^\\circ", "^{\\circ}", "1"],
  ["°", "arcmin", "60"],
  ["revolutions", "degrees", "360"],
  ["µm", "\\mu\\text{m}", "1"],
  ["平方米", "m^2", "1"],
  ["厘米", "cm", "1"],
  ["meters squared", "square meters", "1"],
  ["feet per second per second", "ft/s^2", "1"],
  ["grams of sugar", "g", "1"],
  ["J/(kg·K)", "J/kg/K", "1"],
  ["light-years", "ly", "1"],
];

const APART: [string, string][] = [
  ["cm", "cm^2"],
  ["m", "s"],
  ["kg", "N"],
  ["dollars", "euros"],
  ["yen", "yuan"],
  ["apples", "oranges"],
  ["red balls", "blue balls"],
  ["years", "days"],
  ["m/s", "m/s^2"],
  ["degrees", "°C"],
  ["units", "square units"],
  ["km/h", "km h"],
  ["bits", "m"],
  ["dollars", "dollars per hour"],
];

describe("units", () => {
  it.each(EQUAL)("1 %s is %s × %s", (a, b, f) => expect(ratio(a, b)).toBe(fractionText(f)));
  it.each(APART)("%s is not %s", (a, b) => {
    expect(convertible(unit(a), unit(b))).toBe(false);
    expect(factor(unit(a), unit(b))).toBeNull();
  });

  it("tells units that differ in scale", () => {
    expect(ratio("cm", "m")).toBe("1/100");
    expect(ratio("km", "m")).not.toBe("1");
    expect(ratio("mW", "MW")).toBe("1/1000000000");
    expect(ratio("ton", "tonne")).toBe("45359237/50000000");
  });

  it("keeps the power of π that parts degrees from radians", () => {
    expect(convertible(unit("°"), unit("rad"))).toBe(true);
    expect(factor(unit("°"), unit("rad"))).toBeNull();
    expect(unit("°").pi - unit("rad").pi).toBe(1);
    expect(unit("°").scale).toEqual({ n: 1n, d: 180n });
  });

  it("converts temperatures with their zeros", () => {
    const celsius = unit("^\\circ\\text{C}");
    expect(convert({ n: 100n, d: 1n }, celsius, unit("°F"))).toEqual({ n: 212n, d: 1n });
    expect(convert({ n: 0n, d: 1n }, celsius, unit("K"))).toEqual({ n: 5463n, d: 20n });
    expect(convert({ n: -40n, d: 1n }, unit("degrees Fahrenheit"), celsius)).toEqual({ n: -40n, d: 1n });
    expect(factor(celsius, unit("K"))).toBeNull();
    expect(ratio("°C", "degrees Celsius")).toBe("1");
    expect(unit("°C/min").offset).toBeNull();
  });

  it("¥ alone is yen or yuan", () => {
    expect(convertible(unit("¥"), unit("yuan"))).toBe(true);
    expect(convertible(unit("yen"), unit("¥"))).toBe(true);
  });

  it("knows a counted noun from a unit", () => {
    expect(unit("apples").known).toBe(false);
    expect(unit("apple").dimensions).toEqual({ "count:apple": 1 });
    expect(unit("miles per hour").known).toBe(true);
    expect(unit("dollars per apple").dimensions).toEqual({ USD: 1, "count:apple": -1 });
  });

  it.each(["", " ", "%", "5 cm", "x", "am", "p.m.", "x+1", "cm^99", "cm^0", "/", "m//", "(m", "m)", "cm=", "a".repeat(200), "(((((((((m)))))))))", "$$", "\\"])("%j is no unit", (text) => expect(parseUnit(text)).toBeNull());

  it("has a table whose every name reads back to itself", () => {
    let count = 0;
    for (const [, , ...names] of [...PLAIN_UNITS, ...SI_UNITS])
      for (const name of names) {
        const parsed = parseUnit(name);
        expect(`${name}: ${parsed === null ? "nothing" : parsed.known}`).toBe(`${name}: true`);
        count++;
      }
    expect(count).toBeGreaterThan(200);
  });

  it("conversion is consistent: a→b→a is one, a→b→c is a→c", () => {
    const lengths = ["m", "cm", "in", "ft", "yd", "mi", "km", "nmi", "furlong", "mm", "ly"];
    fc.assert(
      fc.property(fc.constantFrom(...lengths), fc.constantFrom(...lengths), fc.constantFrom(...lengths), fc.integer({ min: 1, max: 3 }), (a, b, c, power) => {
        const [ua, ub, uc] = [a, b, c].map((name) => unit(`${name}^${power}`)) as [Unit, Unit, Unit];
        const ab = factor(ua, ub)!;
        const bc = factor(ub, uc)!;
        const ac = factor(ua, uc)!;
        expect(ab.n * bc.n * ac.d).toBe(ab.d * bc.d * ac.n);
        const ba = factor(ub, ua)!;
        expect(ab.n * ba.n).toBe(ab.d * ba.d);
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it("never throws on any text", () => {
    const pieces = fc.constantFrom("m", "cm", "per", "/", "*", "^", "2", "-1", "(", ")", "\\text{", "}", "$", "°", "square", "cubic", "squared", " ", "apples", "\\frac{", "μ", "²", "a", "of", "\u200b", "constructor", "__proto__");
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const parsed = parseUnit(parts.join(""));
        if (parsed !== null) expect(parsed.scale.d > 0n).toBe(true);
      }),
      { seed: 7, numRuns: 2000 },
    );
  });
});

function fractionText(text: string): string {
  const [n, d] = text.split("/").map(BigInt) as [bigint, bigint | undefined];
  if (d === undefined) return text;
  let [a, b] = [n, d];
  while (b !== 0n) [a, b] = [b, a % b];
  return d / a === 1n ? `${n / a}` : `${n / a}/${d / a}`;
}
