import { rotationHandler } from './core/handler';
import { postgres } from './engines/postgres';

/** Rotates logins of PostgreSQL. */
export const handler = rotationHandler(postgres());
