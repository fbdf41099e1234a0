/** Vocabulary of the parser: commands, functions, operators and words, each in one table. */

/** Greek letters and other letter-like commands, by command name, to the symbol's name. */
export const LETTERS: ReadonlySet<string> = new Set(
  (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi omicron rho varrho sigma varsigma tau upsilon phi varphi chi psi omega " +
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar nabla partial aleph beth imath jmath Re Im"
  ).split(" "),
);

/** Greek and letter-like Unicode characters to symbol names. */
export const UNICODE_LETTERS: ReadonlyMap<string, string> = new Map(
  [..."αβγδεζηθικλμνξορστυφχψω"].map((c, i): [string, string] => [
    c,
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron rho sigma tau upsilon phi chi psi omega".split(" ")[i]!,
  ]),
)
  .set("ϕ", "phi")
  .set("ϵ", "epsilon")
  .set("ϑ", "vartheta")
  .set("ς", "varsigma")
  .set("Γ", "Gamma")
  .set("Δ", "Delta")
  .set("Θ", "Theta")
  .set("Λ", "Lambda")
  .set("Ξ", "Xi")
  .set("Φ", "Phi")
  .set("Ψ", "Psi")
  .set("Ω", "Omega")
  .set("ℓ", "ell")
  .set("ℏ", "hbar");

/** Function names as written (with or without a backslash) to the tree's call names. */
export const FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ...("sin cos tan cot sec csc sinh cosh tanh coth sech csch exp ln gcd lcm min max det arg gamma sign floor ceil round frac factorial".split(" ").map((n): [string, string] => [n, n])),
  ["sgn", "sign"],
  ["cosec", "csc"],
  ["tg", "tan"],
  ["ctg", "cot"],
  ["cotg", "cot"],
  ["arctg", "arctan"],
  ["arcctg", "arccot"],
  ["sh", "sinh"],
  ["ch", "cosh"],
  ["th", "tanh"],
  ...("sin cos tan cot sec csc".split(" ").flatMap((n): [string, string][] => [
    [`arc${n}`, `arc${n}`],
    [`a${n}`, `arc${n}`],
  ])),
  ...("sinh cosh tanh coth sech csch".split(" ").flatMap((n): [string, string][] => [
    [`ar${n}`, `ar${n}`],
    [`arc${n}`, `ar${n}`],
    [`a${n}`, `ar${n}`],
  ])),
  ["log", "log"],
  ["lg", "lg"],
  ["lb", "lb"],
  ["log10", "lg"],
  ["log2", "lb"],
  ["ceiling", "ceil"],
  ["abs", "abs"],
  ["sqrt", "sqrt"],
  ["cbrt", "cbrt"],
  ["norm", "norm"],
  ["trace", "tr"],
  ["conj", "conj"],
  ["mod", "mod"],
  ["binomial", "binomial"],
  ["binom", "binomial"],
]);

/** Functions that plain words must be followed by "(" to be: they are also everyday words or letters. */
export const NEEDS_PARENTHESIS: ReadonlySet<string> = new Set(["sign", "round", "frac", "arg", "gamma", "norm", "trace", "conj", "sh", "ch", "th", "tg", "lb", "lg", "factorial", "floor", "ceil", "ceiling", "det", "mod", "binom", "binomial", "min", "max"]);

/** Operator commands and Unicode operators to one operator text. */
export const OPERATORS: ReadonlyMap<string, string> = new Map([
  ["cdot", "*"], ["times", "*"], ["ast", "*"], ["bullet", "*"], ["star", "*"], ["·", "*"], ["×", "*"], ["∗", "*"], ["⋅", "*"], ["•", "*"], ["∙", "*"],
  ["div", "÷"], ["÷", "÷"], ["∕", "/"], ["⁄", "/"], ["slash", "/"],
  ["−", "-"], ["–", "-"], ["—", "-"], ["‒", "-"], ["﹣", "-"], ["－", "-"], ["＋", "+"], ["＝", "="],
  ["pm", "±"], ["mp", "∓"], ["±", "±"], ["∓", "∓"],
  ["eq", "="], ["neq", "≠"], ["ne", "≠"], ["≠", "≠"],
  ["lt", "<"], ["gt", ">"], ["le", "≤"], ["leq", "≤"], ["leqslant", "≤"], ["leqq", "≤"], ["≤", "≤"], ["⩽", "≤"], ["≦", "≤"],
  ["ge", "≥"], ["geq", "≥"], ["geqslant", "≥"], ["geqq", "≥"], ["≥", "≥"], ["⩾", "≥"], ["≧", "≥"], ["＜", "<"], ["＞", ">"],
  ["approx", "≈"], ["thickapprox", "≈"], ["simeq", "≈"], ["doteq", "≈"], ["≈", "≈"], ["≃", "≈"], ["≒", "≈"],
  ["in", "∈"], ["∈", "∈"], ["notin", "∉"], ["∉", "∉"], ["ni", "∋"],
  ["subset", "⊂"], ["⊂", "⊂"], ["subseteq", "⊆"], ["⊆", "⊆"], ["supset", "⊃"], ["⊃", "⊃"], ["supseteq", "⊇"], ["⊇", "⊇"],
  ["equiv", "≡"], ["≡", "≡"], ["propto", "∝"], ["∝", "∝"], ["sim", "∼"], ["∼", "∼"], ["cong", "∼"], ["≅", "∼"],
  ["to", "→"], ["rightarrow", "→"], ["longrightarrow", "→"], ["→", "→"], ["mapsto", "→"],
  ["perp", "⟂"], ["⟂", "⟂"], ["⊥", "⟂"], ["parallel", "∥"], ["∥", "∥"],
  ["cup", "∪"], ["∪", "∪"], ["bigcup", "⋃"], ["cap", "∩"], ["∩", "∩"], ["bigcap", "⋂"], ["setminus", "∖"], ["smallsetminus", "∖"], ["backslash", "∖"], ["∖", "∖"],
  ["land", "∧"], ["wedge", "∧"], ["∧", "∧"], ["lor", "∨"], ["vee", "∨"], ["∨", "∨"], ["lnot", "¬"], ["neg", "¬"], ["¬", "¬"],
  ["implies", "⇒"], ["Rightarrow", "⇒"], ["Longrightarrow", "⇒"], ["⇒", "⇒"], ["iff", "⇔"], ["Leftrightarrow", "⇔"], ["⇔", "⇔"], ["Longleftrightarrow", "⇔"],
  ["colon", ":"], ["∶", ":"], ["：", ":"], ["mid", "∣"], ["∣", "∣"], ["vert", "|"], ["｜", "|"],
  ["ldots", "…"], ["cdots", "…"], ["dots", "…"], ["dotsc", "…"], ["dotsb", "…"], ["dotsm", "…"], ["vdots", "…"], ["ddots", "…"], ["…", "…"], ["⋯", "…"],
  ["lvert", "⟮|"], ["rvert", "|⟯"], ["lVert", "‖"], ["rVert", "‖"], ["Vert", "‖"], ["‖", "‖"],
  ["lfloor", "⌊"], ["⌊", "⌊"], ["rfloor", "⌋"], ["⌋", "⌋"], ["lceil", "⌈"], ["⌈", "⌈"], ["rceil", "⌉"], ["⌉", "⌉"], ["llcorner", "⌊"], ["lrcorner", "⌋"], ["ulcorner", "⌈"], ["urcorner", "⌉"],
  ["langle", "⟨"], ["⟨", "⟨"], ["〈", "⟨"], ["rangle", "⟩"], ["⟩", "⟩"], ["〉", "⟩"],
  ["lparen", "("], ["rparen", ")"], ["lgroup", "("], ["rgroup", ")"], ["（", "("], ["）", ")"], ["【", "["], ["】", "]"], ["lbrack", "["], ["rbrack", "]"],
  ["lbrace", "\\{"], ["rbrace", "\\}"], ["｛", "\\{"], ["｝", "\\}"],
  ["，", ","], ["、", ","], ["；", ";"],
  ["prime", "'"], ["′", "'"], ["’", "'"], ["degree", "°"], ["°", "°"], ["º", "°"], ["˚", "°"],
  ["infty", "∞"], ["∞", "∞"], ["infin", "∞"],
  ["emptyset", "∅"], ["varnothing", "∅"], ["∅", "∅"], ["Ø", "∅"],
  ["surd", "√"], ["√", "√"], ["∛", "∛"], ["∜", "∜"],
  ["sum", "∑"], ["∑", "∑"], ["prod", "∏"], ["∏", "∏"], ["int", "∫"], ["∫", "∫"],
  ["angle", "∠"], ["∠", "∠"], ["measuredangle", "∠"], ["triangle", "△"], ["△", "△"], ["odot", "⊙"],
  ["therefore", ""], ["because", ""],
]);

/** Commands with no meaning of their own: size, style and space. */
export const IGNORED: ReadonlySet<string> = new Set(
  (
    "left right mleft mright middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits " +
    "quad qquad enspace enskip thinspace medspace thickspace negthinspace hfill hskip hspace vspace null nobreak allowbreak relax strut mathstrut bf rm it sf tt cal em normalsize large Large LARGE huge Huge small " +
    "boldmath unboldmath centering noindent hline cline checkmark blacksquare square Box qed qedsymbol phantom vphantom hphantom rule notag nonumber"
  ).split(" "),
);

/** Commands that separate loosely, like a space wide enough to stand between two answers. */
export const WIDE_SPACE: ReadonlySet<string> = new Set(["quad", "qquad"]);

/** Style wrappers around math: the content is parsed as if they were not there. */
export const MATH_WRAPPERS: ReadonlySet<string> = new Set("mathbf boldsymbol bm pmb mathcal mathscr mathfrak mathit mathsf mathtt mathnormal ensuremath mathrel mathbin mathop mathord displaylines boxed fbox framebox color textcolor underline underbrace overbrace  smash mathstrut substack operatorname* variable".split(" "));

/** Wrappers whose content is words. */
export const TEXT_WRAPPERS: ReadonlySet<string> = new Set("text textbf textit textrm textsf texttt textnormal textup mbox hbox mathrm operatorname emph textsc textmd rm".split(" "));

/** Accents that make another symbol of the letter under them. */
export const ACCENTS: ReadonlyMap<string, string> = new Map([
  ["vec", ""], ["overrightarrow", ""], ["hat", "hat"], ["widehat", "hat"], ["tilde", "tilde"], ["widetilde", "tilde"], ["bar", "bar"], ["overline", "bar"], ["dot", "dot"], ["ddot", "ddot"], ["overleftrightarrow", ""], ["breve", "breve"], ["check", "check"], ["acute", "acute"], ["grave", "grave"], ["mathring", "ring"],
]);

/** Blackboard letters that name sets. */
export const UNICODE_SETS: ReadonlyMap<string, "R" | "Q" | "Z" | "N" | "C"> = new Map([["ℝ", "R"], ["ℚ", "Q"], ["ℤ", "Z"], ["ℕ", "N"], ["ℂ", "C"]]);

/** Superscript and subscript digits and signs of Unicode. */
export const SUPERSCRIPTS: ReadonlyMap<string, string> = new Map([..."⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱˣ"].map((c, i): [string, string] => [c, "0123456789+-()nix"[i]!]));
export const SUBSCRIPTS: ReadonlyMap<string, string> = new Map([..."₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₙᵢₓₐₖₘ"].map((c, i): [string, string] => [c, "0123456789+-()nixakm"[i]!]));

/** Vulgar fractions of Unicode. */
export const VULGAR: ReadonlyMap<string, readonly [number, number]> = new Map([
  ["½", [1, 2]], ["⅓", [1, 3]], ["⅔", [2, 3]], ["¼", [1, 4]], ["¾", [3, 4]], ["⅕", [1, 5]], ["⅖", [2, 5]], ["⅗", [3, 5]], ["⅘", [4, 5]], ["⅙", [1, 6]], ["⅚", [5, 6]], ["⅛", [1, 8]], ["⅜", [3, 8]], ["⅝", [5, 8]], ["⅞", [7, 8]], ["⅐", [1, 7]], ["⅑", [1, 9]], ["⅒", [1, 10]],
]);

/** Words that join answers. */
export const JOINERS: ReadonlyMap<string, "and" | "or"> = new Map([["and", "and"], ["or", "or"], ["&", "and"], ["und", "and"], ["oder", "or"], ["et", "and"], ["ou", "or"], ["y", "and"], ["o", "or"]]);

/** Words that carry no value in front of or behind an answer. */
export const FILLERS: ReadonlySet<string> = new Set(
  "approximately approx about around roughly exactly precisely nearly almost equal equals is are be the a an answer answers value values of so thus therefore hence just only simply total all real number numbers where with for we have get then that this at from by".split(" "),
);

/** Everyday words for constants. */
export const WORD_VALUES: ReadonlyMap<string, string> = new Map([["infinity", "∞"], ["infinite", "∞"], ["inf", "∞"], ["oo", "∞"]]);

/** Number words, up to twenty: only alone are they numbers. */
export const NUMBER_WORDS: ReadonlyMap<string, number> = new Map("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(" ").map((w, i): [string, number] => [w, i]));
