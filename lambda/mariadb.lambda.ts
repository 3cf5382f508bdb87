import { rotationHandler } from './core/handler';
import { mariadb } from './engines/mariadb';

/** Rotates logins of MariaDB. */
export const handler = rotationHandler(mariadb());
