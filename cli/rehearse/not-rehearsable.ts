/** Why something cannot be rehearsed; no defect of the app. */
export class NotRehearsable extends Error {}
