"""Verify the address that the stack sends e-mail from, as an operator does in SES before the first deployment."""

from local.deploy import MAIL_SENDER, client
from local.ports import Ports


def verify_mail_sender(ports: Ports) -> None:
    """The engine keeps what is sent: GET /_ministack/ses/messages."""
    ses = client("sesv2", ports)
    known = {identity["IdentityName"] for identity in ses.list_email_identities()["EmailIdentities"]}
    if MAIL_SENDER not in known:
        ses.create_email_identity(EmailIdentity=MAIL_SENDER)
