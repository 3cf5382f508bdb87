import { RemovalPolicy } from 'aws-cdk-lib';

/** What happens to a secret, and to all that belongs to it, unless the user says otherwise. */
export const DEFAULT_REMOVAL = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
