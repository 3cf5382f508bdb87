import { DUAL_PASSWORDS } from './settings';
import { simulate } from './suite';

simulate(DUAL_PASSWORDS);
