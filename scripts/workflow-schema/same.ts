/** True when each of two types takes the values of the other: a schema and the type that it stands for. */
export type Same<One, Other> = [One, Other] extends [Other, One] ? true : never;
