import { testBundle } from './bundle-contract';
import { useMariadb } from './support/mariadb';

const database = useMariadb();

testBundle('mariadb', { database, administrator: () => database.createAdministrator() });
