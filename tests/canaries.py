"""Values that must never be seen in a log, planted in every test that handles such things."""

ACCESS_TOKEN = "canary-access-5d1f0c"
REFRESH_TOKEN = "canary-refresh-91ab77"
AUTHORIZATION_CODE = "canary-code-c3d9e2"
CLIENT_SECRET = "canary-client-secret-0f4e"
HOST_KEY = "canaryHostKey7Qw2"
SESSION_KEY = "canarySessionKey4Zt8"
SUPPLIER = "Canary Feather Supplies"
EMAIL = "orders@canary-feathers.example"
STREET = "17 Canary Wharf Lane"
MEMO = "Canary memo: call Mrs Finch"

ALL = (
    ACCESS_TOKEN,
    REFRESH_TOKEN,
    AUTHORIZATION_CODE,
    CLIENT_SECRET,
    HOST_KEY,
    SESSION_KEY,
    SUPPLIER,
    EMAIL,
    STREET,
    MEMO,
)
