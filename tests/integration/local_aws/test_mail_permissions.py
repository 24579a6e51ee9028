import json

import pytest
from botocore.exceptions import ClientError

SENDER, OTHER = "books@ledgerlink.example", "boss@ledgerlink.example"


@pytest.fixture
def limited_ses(engine):
    """An SES client whose user may send from one address."""
    for address in (SENDER, OTHER):
        engine.client("sesv2").create_email_identity(EmailIdentity=address)
    statement = {
        "Effect": "Allow",
        "Action": "ses:SendEmail",
        "Resource": "arn:aws:ses:us-east-1:000000000000:identity/*",
        "Condition": {"StringEquals": {"ses:FromAddress": SENDER}},
    }
    iam, name = engine.client("iam"), "mailer"
    iam.create_user(UserName=name)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="mail", PolicyDocument=policy)
    credentials = iam.create_access_key(UserName=name)["AccessKey"]
    return engine.client("sesv2", credentials["AccessKeyId"], credentials["SecretAccessKey"])


def test_a_policy_may_demand_the_address_that_mails_come_from(limited_ses):
    text = {"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "there"}}}}
    to = {"ToAddresses": ["ada@tenant.example"]}

    sent = limited_ses.send_email(FromEmailAddress=SENDER, Destination=to, Content=text)

    assert sent["MessageId"]
    with pytest.raises(ClientError, match="AccessDenied"):
        limited_ses.send_email(FromEmailAddress=OTHER, Destination=to, Content=text)
    with pytest.raises(ClientError, match="AccessDenied"):
        limited_ses.list_email_identities()
