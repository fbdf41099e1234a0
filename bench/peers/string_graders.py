"""verl's two string graders for math, restated from what they do: the last box and a normal form of its text.

    python string_graders.py FILE.jsonl    rows {response, answer}; verdicts and times of both as one JSON object

`math_reward` reads the last box of the whole response and compares normal forms in the manner of the MATH data set's grader.
`math_dapo`, in its strict-box mode, reads the last 100 characters and compares the text of the box as it stands.
"""
import json
import sys
import time


def last_box(text):
    at = text.rfind("\\boxed")
    if at < 0:
        at = text.rfind("\\fbox")
        if at < 0:
            return None
    if text.startswith("\\boxed ", at):
        return text[at + 7:].split("$")[0]
    depth = 0
    opened = None
    for i in range(at, len(text)):
        if text[i] == "{":
            if depth == 0:
                opened = i + 1
            depth += 1
        elif text[i] == "}":
            depth -= 1
            if depth == 0:
                return text[opened:i]
    return None


def whole_fractions(text):
    """\\frac12 and \\frac1{2} become \\frac{1}{2}."""
    parts = text.split("\\frac")
    out = parts[0]
    for part in parts[1:]:
        out += "\\frac"
        if part.startswith("{"):
            out += part
        elif len(part) < 2:
            return text
        elif part[1] == "{":
            out += "{" + part[0] + "}" + part[1:]
        else:
            out += "{" + part[0] + "}{" + part[1] + "}" + part[2:]
    return out


def slash_fraction(text):
    sides = text.split("/")
    if len(sides) != 2:
        return text
    try:
        top, bottom = int(sides[0]), int(sides[1])
    except ValueError:
        return text
    return f"\\frac{{{top}}}{{{bottom}}}" if text == f"{top}/{bottom}" else text


def math_normal(text):
    text = text.replace("\n", "").replace("\\!", "").replace("\\\\", "\\")
    text = text.replace("tfrac", "frac").replace("dfrac", "frac")
    text = text.replace("\\left", "").replace("\\right", "")
    text = text.replace("^{\\circ}", "").replace("^\\circ", "").replace("\\$", "")
    units = text.split("\\text{ ")
    if len(units) == 2:
        text = units[0]
    text = text.replace("\\%", "").replace("%", "")
    text = text.replace(" .", " 0.").replace("{.", "{0.")
    if not text:
        return text
    if text[0] == ".":
        text = "0" + text
    sides = text.split("=")
    if len(sides) == 2 and len(sides[0]) <= 2:
        text = sides[1]
    if "\\sqrt" in text:
        parts = text.split("\\sqrt")
        text = parts[0] + "".join("\\sqrt" + (p if not p or p[0] == "{" else "{" + p[0] + "}" + p[1:]) for p in parts[1:])
    text = text.replace(" ", "")
    text = whole_fractions(text)
    if text == "0.5":
        text = "\\frac{1}{2}"
    return slash_fraction(text)


def math_reward(response, answer):
    box = last_box(response)
    return box is not None and math_normal(box) == math_normal(answer)


def math_dapo(response, answer):
    box = last_box(response[-300:][-100:])
    return box is not None and box == answer


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    inputs = [(row["response"], str(row["answer"])) for row in rows]
    out = {"python": sys.version.split()[0], "count": len(inputs)}
    for grade in (math_reward, math_dapo):
        verdicts = [grade(*item) for item in inputs]
        best = float("inf")
        for _ in range(20):
            started = time.perf_counter()
            for item in inputs:
                grade(*item)
            best = min(best, time.perf_counter() - started)
        out[grade.__name__] = {"checksPerSecond": len(inputs) / best, "verdicts": verdicts}
    print(json.dumps(out))


if __name__ == "__main__":
    main()
