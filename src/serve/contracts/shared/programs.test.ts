/** Files that come with a program: what stands beside it, and what no folder could hold. */
import { expect, it } from "vitest";
import { withFiles } from "./programs.ts";

it("lays files beside the program", () => {
  const { files } = withFiles("python", "print(1)", { "data/a.txt": "a", "./data/b.txt": "b", "..c": "c" })!;
  expect(files).toMatchObject({ "beside/data/a.txt": "a", "beside/./data/b.txt": "b", "beside/..c": "c", "beside/.guerdon-program": "print(1)" });
  expect(withFiles("python", "print(1)", {})).toEqual({ language: "python", source: "print(1)" });
  expect(withFiles("cpp", "int main() {}", { a: "" })).toBeNull();
});

it.each([[["../x"]], [["/x"]], [["a/../../x"]], [["./../x"]], [["a\0b"]], [[""]], [["."]], [["./"]], [["a/"]], [["a//b"]], [["é".repeat(101)]], [["x/".repeat(600)]]])("refuses names that stand elsewhere or nowhere: %j", (names) => {
  expect(() => withFiles("python", "", Object.fromEntries(names.map((name) => [name, ""])))).toThrow(/^a file must stand beside the program/);
});

it.each([[["a", "a/b"]], [["a/b", "a"]], [["a", "./a"]], [["a/b/c", "a/b"]], [[".guerdon-program"]], [[".guerdon-program/a"]]])("refuses names that no folder holds together: %j", (names) => {
  expect(() => withFiles("python", "", Object.fromEntries(names.map((name) => [name, ""])))).toThrow(/^a file must have a name of its own/);
});

it("refuses more files than are written in passing", () => {
  expect(() => withFiles("python", "", Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`f${i}`, ""])))).toThrow(/at most 1000 files/);
});
