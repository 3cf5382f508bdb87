import { ALTERNATING_CLONE } from './settings';
import { simulate } from './suite';

simulate(ALTERNATING_CLONE);
