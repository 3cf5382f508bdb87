/** Conditions of a policy statement: operator, key, value. */
export type Conditions = Record<string, Record<string, unknown>>;

/** All of the conditions. A key that several name with one operator gets the last value. */
export function mergeConditions(...all: Conditions[]): Conditions {
  const merged: Conditions = {};
  for (const conditions of all) {
    for (const [operator, keys] of Object.entries(conditions)) merged[operator] = { ...merged[operator], ...keys };
  }
  return merged;
}
