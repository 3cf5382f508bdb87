import { SINGLE_USER } from './settings';
import { simulate } from './suite';

simulate(SINGLE_USER);
