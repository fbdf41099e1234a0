/** Version of the package: part of every plan's and every verdict's hash. A test holds it equal to package.json. */
export const VERSION = "0.1.0";
