"""The emulator of AWS, with the resources of Secrets Manager that it lacks, in front of the project's own Secrets Manager."""

import os

from ministack import app
from ministack.core import lambda_runtime

import journal
import order
import secrets_resources

def credentials_of_role(config):
    """A function calls as its role. Of the certificate authorities that its environment names, it trusts ours instead of Amazon's."""
    return {
        "AWS_ACCESS_KEY_ID": config["Role"].rsplit("/", 1)[-1],
        "AWS_SECRET_ACCESS_KEY": "emulated",
        "AWS_SESSION_TOKEN": "emulated",
        "NODE_EXTRA_CA_CERTS": os.environ["AUTHORITY_FILE"],
    }


secrets_resources.register()
order.install()
journal.install()
lambda_runtime.execution_credentials = credentials_of_role
app.main()
