import json

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def sender(engine, request):
    """An SQS client whose user may send to one queue."""
    url, arn = engine.queue("polls")
    iam, name = engine.client("iam"), "sender"
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}
    iam.create_user(UserName=name)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="send", PolicyDocument=policy)
    credentials = iam.create_access_key(UserName=name)["AccessKey"]
    return engine.client("sqs", credentials["AccessKeyId"], credentials["SecretAccessKey"]), url


def test_who_may_send_a_message_may_send_several_in_one_call_and_nothing_else(engine, sender):
    sqs, url = sender

    sent = sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": str(n), "MessageBody": "poll"} for n in range(3)])

    assert len(sent["Successful"]) == 3
    for forbidden in ("receive_message", "purge_queue"):
        with pytest.raises(ClientError, match="AccessDenied"):
            getattr(sqs, forbidden)(QueueUrl=url)
    with pytest.raises(ClientError, match="AccessDenied"):
        sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": "0", "ReceiptHandle": "x"}])
