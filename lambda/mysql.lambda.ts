import { rotationHandler } from './core/handler';
import { mysql } from './engines/mysql';

/** Rotates logins of MySQL. */
export const handler = rotationHandler(mysql());
