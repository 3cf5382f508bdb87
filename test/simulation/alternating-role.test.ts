import { ALTERNATING_ROLE } from './settings';
import { simulate } from './suite';

simulate(ALTERNATING_ROLE);
