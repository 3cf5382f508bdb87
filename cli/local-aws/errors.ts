/** An error as the service answers it. The name is the error type that an SDK sees. */
export class ServiceError extends Error {
  public constructor(name: string, message: string, public readonly status: number = 400) {
    super(message);
    this.name = name;
  }
}

export function validation(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}

export function serialization(message: string): ServiceError {
  return new ServiceError('SerializationException', message);
}

export function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}

export function invalidRequest(message: string): ServiceError {
  return new ServiceError('InvalidRequestException', message);
}

export function limitExceeded(message: string): ServiceError {
  return new ServiceError('LimitExceededException', message);
}

export function resourceExists(message: string): ServiceError {
  return new ServiceError('ResourceExistsException', message);
}

export function malformedPolicy(message: string): ServiceError {
  return new ServiceError('MalformedPolicyDocumentException', message);
}

export function secretNotFound(): ServiceError {
  return new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
}

/** What was looked for is written as the service does: `VersionId: ...` or `staging label: ...`. */
export function valueNotFound(what: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${what}`);
}

export function markedForDeletion(): ServiceError {
  return invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
}

export function cannotInvoke(): ServiceError {
  return new ServiceError('AccessDeniedException',
    'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.');
}

export function tokenInUse(token: string, arn: string): ServiceError {
  return resourceExists(`You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${arn}.`);
}
