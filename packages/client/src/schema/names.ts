/** The names in a text with commas, or in a list of such texts, without blanks around them. */
export type Names<T> = T extends string
  ? Split<T>
  : T extends readonly (infer Text extends string)[]
    ? Split<Text>
    : never;

// The names so far are handed on, so that the compiler needs no depth for a long text.
type Split<T extends string, Before = never> = T extends `${infer Name},${infer Rest}`
  ? Split<Rest, Before | Trim<Name>>
  : Before | Trim<T>;

type Trim<T extends string> = T extends ` ${infer Rest}` | `${infer Rest} ` ? Trim<Rest> : T;

/** What comes before the first dot. */
export type First<N extends string> = N extends `${infer Name}.${string}` ? Name : N;

/** What comes after `Name` and a dot. */
export type Below<N extends string, Name extends string> = N extends `${Name}.${infer Rest}` ? Rest : never;

/** The type in `minutes:facts.minutes::number`. */
export type CastOf<N extends string> = N extends `${string}::${infer Type}` ? Type : never;

/** What a value becomes; null stays null. */
export type CastValue<T, V> = [T] extends [never]
  ? V
  : T extends keyof CastTypes
    ? CastTypes[T] | (null extends V ? null : never)
    : never;

interface CastTypes {
  readonly text: string;
  readonly number: number;
  readonly integer: number;
  readonly boolean: boolean;
  readonly date: string;
  readonly timestamp: string;
}

/** The name in the answer. */
export type NameOf<N extends string> = N extends `${infer Name}:${string}` ? Name : N;

/** The field or path whose value is returned. */
export type ValueOf<N extends string> = N extends `${infer Value}::${string}`
  ? ValueOf<Value>
  : N extends `${string}:${infer Value}`
    ? Value
    : N;
