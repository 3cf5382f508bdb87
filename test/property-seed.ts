/** For properties: each run tries the same examples, GUARDED_SECRETS_SEED gives others. */
export const PROPERTY_SEED = Number(process.env.GUARDED_SECRETS_SEED ?? 1);
