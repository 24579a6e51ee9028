import pytest


def secret(**properties):
    return {"Type": "AWS::SecretsManager::Secret", "Properties": properties}


def test_ref_of_a_secret_is_its_arn_also_after_an_update_and_deletes_it(engine):
    secrets = engine.client("secretsmanager")
    created = engine.deploy("secrets", {"App": secret(Name="app")}, {"Arn": {"Ref": "App"}})
    secrets.put_secret_value(SecretId=created["Arn"], SecretString="by hand")

    updated = engine.deploy("secrets", {"App": secret(Name="app", Description="new")}, {"Arn": {"Ref": "App"}})

    assert created["Arn"].startswith("arn:aws:secretsmanager:")
    assert updated == created
    assert secrets.get_secret_value(SecretId=created["Arn"])["SecretString"] == "by hand"

    engine.deploy("secrets", {"Other": secret(Name="other")})
    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        secrets.describe_secret(SecretId="app")


def test_a_generated_secret_keeps_to_its_rules(engine):
    rules = {"PasswordLength": 200, "ExcludePunctuation": True, "ExcludeNumbers": True}
    engine.deploy("generated", {"Key": secret(Name="generated-key", GenerateSecretString=rules)})

    value = engine.client("secretsmanager").get_secret_value(SecretId="generated-key")["SecretString"]

    assert len(value) == 200
    assert value.isalpha()
