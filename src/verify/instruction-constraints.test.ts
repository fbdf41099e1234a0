import fc from "fast-check";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { detectLanguage } from "./constraints/language.ts";
import { readLiteral } from "./constraints/literal.ts";
import { punktSentences, ruleSentences, wordTokens } from "./constraints/sentences.ts";
import { checkInstructions, INSTRUCTION_IDS, instructionConstraints } from "./instruction-constraints.ts";

/** Made by scripts/golden/constraints.py: open-instruct's own checkers, NLTK and langdetect on generated responses. */
interface Golden {
  readonly responses: readonly string[];
  readonly cases: readonly { readonly id: string; readonly kwargs: Readonly<Record<string, unknown>>; readonly followed: string }[];
  readonly sentences: readonly (readonly string[])[];
  readonly rules: readonly (readonly string[])[];
  readonly tokens: readonly (readonly string[])[];
  readonly languages: readonly { readonly language: string; readonly text: string; readonly detected: string }[];
  readonly detected: readonly (string | null)[];
}

const golden = JSON.parse(gunzipSync(readFileSync(new URL("../../test/fixtures/text/constraints.json.gz", import.meta.url))).toString("utf8")) as Golden;

/** These rest on langdetect there, and on rules here: they may differ, or be left open, where the two detectors do. */
const BY_LANGUAGE = new Set(["change_case:english_capital", "change_case:english_lowercase"]);

function one(id: string, kwargs: Readonly<Record<string, unknown>> = {}): { readonly instruction_id_list: string[]; readonly kwargs: Readonly<Record<string, unknown>>[] } {
  return { instruction_id_list: [id], kwargs: [kwargs] };
}

describe("as open-instruct's own code", () => {
  it("has the 25 ids of IFEval, the 54 of IFEvalG's registry, and its four classes without an id there", () => {
    expect(INSTRUCTION_IDS).toHaveLength(58);
    expect(new Set(golden.cases.map(({ id }) => id)).size).toBe(57);
  });

  it.each(Object.entries(Object.groupBy(golden.cases, ({ id }) => id)))("%s", (id, cases) => {
    for (const { kwargs, followed } of cases!)
      golden.responses.forEach((response, k) => {
        const [result] = checkInstructions(response, one(id, kwargs))!;
        const own = result!.followed === null ? "?" : result!.followed ? "1" : "0";
        if (BY_LANGUAGE.has(id) && golden.detected[k] !== "en") return;
        if (BY_LANGUAGE.has(id) && own === "?") return;
        expect(own, `${JSON.stringify(kwargs)} on ${JSON.stringify(response)}`).toBe(followed[k] === "e" ? "0" : followed[k]);
      });
  });

  it("sentences of Punkt, sentences by IFEval's rules, word tokens of NLTK", () => {
    golden.responses.forEach((response, k) => {
      expect(punktSentences(response)).toEqual(golden.sentences[k]);
      expect(ruleSentences(response)).toEqual(golden.rules[k]);
      expect(wordTokens(response)).toEqual(golden.tokens[k]);
    });
  });
});

describe("languages", () => {
  it.each(golden.languages.map(({ language, text }) => [language, text] as const))("%s, where langdetect says so too", (language, text) => {
    expect(golden.languages.find((row) => row.language === language)!.detected).toBe(language);
    expect(detectLanguage(text)).toEqual({ language });
    expect(instructionConstraints(text, one("language:response_language", { language })).score).toBe(1);
    expect(instructionConstraints(text, one("language:response_language", { language: language === "fr" ? "en" : "fr" })).score).toBe(0);
  });

  it.each<[string, string]>([
    ["es", "Hoy vamos a preparar una receta sencilla. Primero, corta las verduras y ponlas en una olla con agua. Después añade sal."],
    ["pt", "Hoje vamos preparar uma receita simples. Primeiro, corte os legumes e coloque numa panela com água. Depois adicione sal."],
    ["it", "Oggi prepariamo una ricetta semplice. Prima taglia le verdure e mettile in una pentola con l'acqua. Poi aggiungi il sale."],
    ["fr", "Aujourd'hui nous préparons une recette simple. D'abord, coupez les légumes et mettez-les dans une casserole avec de l'eau."],
    ["de", "Heute kochen wir ein einfaches Gericht. Zuerst schneidest du das Gemüse und gibst es mit Wasser in einen Topf."],
    ["fi", "Tänään teemme helpon ruoan. Leikkaa ensin vihannekset ja laita ne kattilaan veden kanssa. Lisää sitten suolaa."],
    ["pl", "Dzisiaj ugotujemy proste danie. Najpierw pokrój warzywa i włóż je do garnka z wodą. Następnie dodaj sól."],
    ["sw", "Leo tutapika chakula rahisi. Kwanza, kata mboga na uziweke katika sufuria yenye maji. Kisha ongeza chumvi."],
    ["vi", "Hôm nay chúng ta sẽ nấu một món ăn đơn giản. Đầu tiên, hãy cắt rau và cho vào nồi với nước. Sau đó thêm muối."],
    ["ru", "Сегодня мы приготовим простое блюдо. Сначала нарежьте овощи и положите их в кастрюлю с водой. Затем добавьте соль."],
    ["uk", "Сьогодні ми приготуємо просту страву. Спочатку наріжте овочі та покладіть їх у каструлю з водою. Потім додайте сіль."],
    ["bg", "Днес ще приготвим просто ястие. Първо нарежете зеленчуците и ги сложете в тенджера с вода. След това добавете сол."],
    ["hi", "आज हम एक सरल व्यंजन बनाएंगे। सबसे पहले सब्जियों को काटें और उन्हें पानी के साथ एक बर्तन में डालें। फिर नमक डालें।"],
    ["mr", "आज आपण एक सोपा पदार्थ बनवणार आहोत. प्रथम भाज्या चिरून घ्या आणि त्या पाण्यासह भांड्यात टाका. नंतर मीठ घाला."],
    ["ne", "आज हामी एउटा सजिलो परिकार बनाउनेछौं। पहिले तरकारी काट्नुहोस् र पानीसँगै भाँडोमा राख्नुहोस्। त्यसपछि नुन हाल्नुहोस्।"],
    ["ar", "اليوم سنحضر وجبة بسيطة. أولا، قطع الخضروات وضعها في قدر مع الماء. ثم أضف الملح."],
    ["fa", "امروز یک غذای ساده درست می‌کنیم. ابتدا سبزیجات را خرد کنید و در قابلمه با آب بریزید. سپس نمک اضافه کنید."],
    ["ur", "آج ہم ایک آسان کھانا بنائیں گے۔ پہلے سبزیاں کاٹیں اور انہیں پانی کے ساتھ برتن میں ڈالیں۔ پھر نمک شامل کریں۔"],
    ["nl", "Vandaag maken we een eenvoudig gerecht. Snijd eerst de groenten en doe ze met water in een pan. Voeg daarna zout toe."],
    ["sv", "Idag ska vi laga en enkel rätt. Skär först grönsakerna och lägg dem i en kastrull med vatten. Tillsätt sedan salt."],
    ["id", "Hari ini kita akan memasak hidangan sederhana. Pertama, potong sayuran dan masukkan ke dalam panci dengan air."],
  ])("%s in everyday words, and no other language of its script", (language, text) => {
    expect(detectLanguage(text)).toEqual({ language });
    expect(["unsure", language]).toContain((({ language: found = "unsure" }) => found)(detectLanguage(text.split(" ").slice(0, 4).join(" ")) as { language?: string }));
  });

  it("says nothing where little tells them apart, and a text without letters is in none", () => {
    expect(detectLanguage("radio taxi hotel")).toMatchObject({ among: expect.arrayContaining(["it", "en"]) as unknown });
    expect(instructionConstraints("radio taxi hotel", one("language:response_language", { language: "it" }))).toMatchObject({ status: "undecided", score: null, reason: { code: "language-unsure" } });
    expect(instructionConstraints("42 + 7", one("language:response_language", { language: "it" }))).toMatchObject({ status: "incorrect", score: 0 });
    expect(detectLanguage("42")).toEqual({ among: [] });
    expect(detectLanguage("Hello мир שלום 你好")).toHaveProperty("among");
    expect(instructionConstraints("radio taxi hotel", one("language:response_language", { language: "hi" })).score).toBe(0);
    expect(detectLanguage("我们今天去学校。")).toEqual({ language: "zh" });
  });

  it("a letter may be any character: IFEval's own data ask for # and !, where the published check draws a letter at random", () => {
    expect(instructionConstraints("# a # b", one("keywords:letter_frequency", { letter: "#", let_frequency: 2, let_relation: "at least" })).score).toBe(1);
    expect(instructionConstraints("# a", one("keywords:letter_frequency", { letter: "#", let_frequency: 2, let_relation: "at least" })).score).toBe(0);
  });

  it("an instruction that is not followed decides also where the language does not", () => {
    const reference = { instruction_id_list: ["language:response_language", "punctuation:no_comma"], kwargs: [{ language: "it" }, {}] };
    expect(instructionConstraints("radio, taxi", reference)).toMatchObject({ status: "incorrect", score: 0 });
    expect(instructionConstraints("radio, taxi", reference, { partial: "share" }).status).toBe("undecided");
  });
});

describe("references", () => {
  it("an unknown id fails closed and names the nearest", () => {
    expect(instructionConstraints("x", one("keywords:existance", { keywords: ["x"] }))).toMatchObject({ status: "undecided", score: null, reason: { code: "unknown-id", text: 'instruction 1: no instruction "keywords:existance"; the nearest is "keywords:existence"' } });
    expect(instructionConstraints("x", one("constructor")).reason.code).toBe("unknown-id");
    expect(checkInstructions("x", one("nothing:here"))).toBeNull();
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["keywords:frequency", { keyword: "a" }, "have frequency that must be a number"],
    ["keywords:frequency", { keyword: "a", frequency: 1, relation: "at most" }, "have relation that must be"],
    ["punctuation:no_comma", { comma: 1 }, 'have no argument "comma"'],
    ["keywords:letter_frequency", { letter: "ab", let_frequency: 1, let_relation: "at least" }, "have letter that must be one character"],
    ["language:response_language", { language: "xx" }, "have language that must be"],
    ["length_constraints:nth_paragraph_first_word", { num_paragraphs: 2, nth_paragraph: 3, first_word: "a" }, "nth_paragraph at most num_paragraphs"],
    ["keywords:existence", { keywords: [] }, "have keywords that must"],
    ["startend:end_checker", { end_phrase: " " }, "be not blank"],
  ])("%s with %j draws nothing at random: undecided", (id, kwargs, text) => {
    const verdict = instructionConstraints("a", one(id, kwargs));
    expect(verdict).toMatchObject({ status: "undecided", reason: { code: "bad-arguments" } });
    expect(verdict.reason.text).toContain(text);
  });

  it.each<[string, unknown]>([
    ["no text", "hello"],
    ["no record", 5],
    ["no list", { kwargs: [] }],
    ["an empty list", { instruction_id_list: [], kwargs: [] }],
    ["lists of two lengths", { instruction_id_list: ["punctuation:no_comma"], kwargs: [] }],
    ["an id that is no text", { instruction_id_list: [5], kwargs: [{}] }],
  ])("%s is a bad reference", (_, reference) => expect(instructionConstraints("x", reference as string).reason.code).toBe("bad-reference"));

  it("forms of data sets: nulls for what is not given, JSON, a Python literal, a list of one", () => {
    const nulls = one("keywords:existence", { keywords: ["rain"], num_words: null, relation: null });
    for (const reference of [nulls, [nulls], JSON.stringify(nulls), `[{'instruction_id': ['keywords:existence'], 'kwargs': [{'keywords': ['rain'], 'relation': None}]}]`, `[${JSON.stringify(JSON.stringify(nulls))}]`])
      expect(instructionConstraints("It rains.", reference as string).status).toBe("correct");
  });

  it("repeated ids keep their places, each with its own arguments", () => {
    const reference = { instruction_id_list: ["keywords:existence", "keywords:existence", "punctuation:no_comma"], kwargs: [{ keywords: ["rain"] }, { keywords: ["sun"] }, null] };
    expect(checkInstructions("rain, rain", reference)!.map(({ followed }) => followed)).toEqual([true, false, false]);
    expect(instructionConstraints("rain", reference, { partial: "share" })).toMatchObject({ status: "incorrect", score: 2 / 3, reason: { code: "not-followed", text: "not followed: instruction 2 (keywords:existence)" } });
    expect(instructionConstraints("rain", reference).score).toBe(0);
    expect(instructionConstraints("rain and sun", reference)).toMatchObject({ status: "correct", score: 1, reason: { code: "followed" } });
  });
});

describe("loose and strict", () => {
  const quoted = one("startend:quotation");
  it.each<[string, number, number]>([
    ['"hello"', 1, 1],
    ['Sure:\n"hello"', 0, 1],
    ['"hello"\nAnything else?', 0, 1],
    ['Sure:\n"hello"\nAnything else?', 0, 1],
    ['**"hello"**', 0, 1],
    ['Sure:\n*"hello"*\nBye', 0, 1],
    ["hello", 0, 0],
  ])("%j is %d strict and %d loose", (response, strict, loose) => {
    expect(instructionConstraints(response, quoted).score).toBe(strict);
    expect(instructionConstraints(response, quoted, { mode: "loose" }).score).toBe(loose);
  });

  it("loose never takes back what strict gives", () => {
    for (const { id, kwargs } of golden.cases.filter((_, i) => i % 5 === 0))
      for (const response of golden.responses.filter((_, k) => k % 10 === 0)) {
        const [strict, loose] = (["strict", "loose"] as const).map((mode) => checkInstructions(response, one(id, kwargs), mode)![0]!.followed);
        if (strict === true) expect(loose).toBe(true);
      }
  });
});

describe("hostile responses", () => {
  it("no text, and text still in thought, are the response's fault", () => {
    expect(instructionConstraints("  ", one("punctuation:no_comma"))).toMatchObject({ status: "invalid", reason: { code: "empty" } });
    expect(instructionConstraints("<think>no commas", one("punctuation:no_comma"))).toMatchObject({ status: "invalid", reason: { code: "unclosed-think" } });
    expect(instructionConstraints("<think>a, b</think> none", one("punctuation:no_comma")).score).toBe(1);
  });

  it("a keyword is a text, not a pattern", () => {
    expect(instructionConstraints("aaaa", one("keywords:existence", { keywords: ["(a+)+$"] })).score).toBe(0);
    expect(instructionConstraints("C++ (now)", one("keywords:existence", { keywords: ["C++", "(now)"] })).score).toBe(1);
    expect(instructionConstraints("use C++ now", one("keywords:forbidden_words", { forbidden_words: ["C"] })).score).toBe(0);
  });

  it("every id answers 200,000 characters of every kind", () => {
    const seen = new Map(golden.cases.map(({ id, kwargs }) => [id, kwargs]));
    seen.set("language:response_language", { language: "en" });
    const reference = { instruction_id_list: [...seen.keys()], kwargs: [...seen.values()] };
    expect(reference.instruction_id_list).toHaveLength(58);
    for (const unit of ["[", "*", "\n", "* ", "<<", "a.", ". ", "Section ", "Row ", "'", '"', "1-", "{", "P.S ", " ***\n", "Mr. ", ">>", " "]) {
      const results = checkInstructions(`x${unit.repeat(200_000 / unit.length)}x`, reference, "strict");
      expect(results).toHaveLength(58);
    }
  });
});

describe("readLiteral", () => {
  it("reads what JSON writes, and Python's names and quotes; nothing else", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(readLiteral(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 6, numRuns: 200 },
    );
    expect(readLiteral(`{'a': [None, True, False, (1, 2.5)], "b": 'it\\'s \\u00e9\\n',}`)).toEqual({ a: [null, true, false, [1, 2.5]], b: "it's é\n" });
    for (const text of ["", "[1", "{1: 2}", "__import__('os')", "[1] 2", "'a", "[".repeat(10_000), '"\\uzzzz"']) expect(readLiteral(text)).toBeUndefined();
  });
});
