/**
 * Elements in no order, as a set of a program sends them. No `Set`: numbers are hashed without a seed there, and a program that knows how
 * can choose many that collide, which takes time that grows with the square of their count.
 */
export class Unordered {
  readonly elements: readonly unknown[];
  constructor(elements: readonly unknown[]) {
    this.elements = elements;
  }
}
