import { PEOPLE_ROWS } from './people';
import { RIGHTS_ROWS } from './rights';
import { Row } from './row';
import { STEP_ROWS } from './steps';

export const ROWS: readonly Row[] = [...STEP_ROWS, ...PEOPLE_ROWS, ...RIGHTS_ROWS];
