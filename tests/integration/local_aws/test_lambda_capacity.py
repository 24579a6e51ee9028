from concurrent.futures import ThreadPoolExecutor

SLOW = "import os, time\ndef handler(event, context):\n    time.sleep(0.2)\n    return os.getpid()\n"


def test_a_burst_waits_for_one_of_a_few_environments(engine):
    engine.function("slow", SLOW, Timeout=30)

    with ThreadPoolExecutor(16) as pool:
        processes = list(pool.map(lambda _: engine.invoke("slow"), range(16)))

    assert len(processes) == 16
    assert len(set(processes)) <= 4
