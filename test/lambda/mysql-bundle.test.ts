/** The logins have caching_sha2_password, for which the driver encrypts. */
import { testBundle } from './bundle-contract';
import { useGoMysql } from './support/mysql';

const database = useGoMysql('5.7.44');

testBundle('mysql', { database, administrator: () => database.server.administrator });
