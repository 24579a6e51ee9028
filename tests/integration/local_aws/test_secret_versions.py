import pytest

TOKEN = "11111111-2222-3333-4444-555555555555"


def test_a_version_of_a_secret_is_written_once(engine):
    secrets = engine.client("secretsmanager")
    secrets.create_secret(Name="versions", SecretString="zero")
    first = secrets.put_secret_value(SecretId="versions", SecretString="one", ClientRequestToken=TOKEN)

    again = secrets.put_secret_value(SecretId="versions", SecretString="one", ClientRequestToken=TOKEN)
    with pytest.raises(secrets.exceptions.ResourceExistsException):
        secrets.put_secret_value(SecretId="versions", SecretString="two", ClientRequestToken=TOKEN)

    assert again["VersionId"] == first["VersionId"]
    assert secrets.get_secret_value(SecretId="versions")["SecretString"] == "one"
