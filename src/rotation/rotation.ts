import { Construct } from 'constructs';
import { customConfig } from './custom-rotation';
import { adminAssistedConfig, alternatingUsersConfig, singleUserConfig } from './login-rotation';
import { IRotation, RotationBindOptions, RotationConfig } from './rotation-config';
import { AdminAssistedRotationOptions, AlternatingUsersRotationOptions, CustomRotationOptions, SingleUserRotationOptions } from './rotation-options';

type Bind = (scope: Construct, options: RotationBindOptions) => RotationConfig;

/**
 * The ways to rotate a secret.
 */
export class Rotation implements IRotation {
  /**
   * The login of the secret changes its own password: no other credential is needed.
   *
   * Take it where you have no administrator's secret, for example for the master login itself. Between the change in
   * the database and the move of AWSCURRENT there is a gap of some milliseconds in which AWSCURRENT does not
   * authenticate; it lies within one invocation of the function. A password that somebody changed in the database by
   * hand stops the rotation.
   */
  public static singleUser(options: SingleUserRotationOptions): Rotation {
    return new Rotation((scope, bind) => singleUserConfig(scope, bind, options));
  }

  /**
   * An administrator sets the password of the login of the secret.
   *
   * Take it where logins may not change their own password, to repair whatever somebody changed by hand, or to let the
   * function create the login (`createWith`). The gap is that of `singleUser`; with `dualPasswords` (MySQL, MariaDB)
   * there is none. The name of the login must be known at deployment (`SecretRotatorProps.username`): the administrator
   * changes no other one.
   */
  public static adminAssisted(options: AdminAssistedRotationOptions): Rotation {
    return new Rotation((scope, bind) => adminAssistedConfig(scope, bind, options));
  }

  /**
   * Two logins take turns: an administrator gives the one that is not in use a new password, and the rights of the
   * other one, before the secret names it.
   *
   * Take it where no login may ever fail, and clients need not have the same user name for ever. AWSCURRENT and the
   * version before both authenticate until the next rotation: there is no gap. The names of both logins must be known
   * at deployment (`SecretRotatorProps.username`).
   *
   * With `role`, a role without login owns tables and rights, and both logins are members of it: recommended. Without
   * it, each login gets the rights of the other one, as with the functions of AWS, and what one creates belongs to it
   * alone. In PostgreSQL one of the two is then a member of the other and can change its password, so a leaked password
   * of the version before is a risk until the rotation after the next.
   */
  public static alternatingUsers(options: AlternatingUsersRotationOptions): Rotation {
    return new Rotation((scope, bind) => alternatingUsersConfig(scope, bind, options));
  }

  /**
   * A function of yours does the four steps, for whatever the secret is about: the key of a partner, a database engine
   * that this library does not know.
   *
   * Secrets Manager may invoke it for this secret only, and its role gets the rights that AWS documents for a rotation, on
   * this secret alone. Schedule, alarms and replicas are those of every rotation. What the function does is yours: lock,
   * journal, proof and the commands for operators are of the functions of this library. The function is told nothing but
   * the event; `SecretRotatorProps.username` and `databaseName` are only held against the secret.
   *
   * The function may belong to another stack. It may serve many secrets: each adds a statement to its policy, for which
   * Lambda has 20 KB (some 50 secrets), and about 20 of a stack share a managed policy of the role.
   *
   * An error says what is missing for an imported function whose role is not known or must not be changed, for one of
   * another Region, for one of another account without `rightsManagedElsewhere`, and for options that configure a function
   * of this library (`vpc`, `memorySize` and the like; `deadLetterQueue` is taken with `alarmTopic`, for the events).
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
   */
  public static custom(options: CustomRotationOptions): Rotation {
    return new Rotation((scope) => customConfig(scope, options));
  }

  private constructor(private readonly configure: Bind) {}

  public bind(scope: Construct, options: RotationBindOptions): RotationConfig {
    return this.configure(scope, options);
  }
}
