import { ADMIN_ASSISTED } from './settings';
import { simulate } from './suite';

simulate(ADMIN_ASSISTED);
