"""What is taken out of QuickBooks."""

from functools import cached_property
from typing import TYPE_CHECKING

from ledgerlink.domain.connections import Connection
from ledgerlink.wiring.aws import client, clock, new_id
from ledgerlink.wiring.quickbooks import QuickBooks

if TYPE_CHECKING:
    from ledgerlink.domain.sync_settings import SyncSettings
    from ledgerlink.storage.record_finder import DynamoRecordFinder
    from ledgerlink.usecases.certification.judge_stored_records import RecordJudge
    from ledgerlink.usecases.certification.mail_certifications import CertificationMailer
    from ledgerlink.usecases.sync.announce_changes import ChangeAnnouncer
    from ledgerlink.usecases.sync.backfill_page import PageCopier
    from ledgerlink.usecases.sync.plan_backfill import BackfillPlanner
    from ledgerlink.usecases.sync.poll_connection import Poller
    from ledgerlink.usecases.sync.start_backfill import BackfillStarter
    from ledgerlink.usecases.sync.store_changes import RecordStore


class Inbound(QuickBooks):
    """Records, flows, polls and backfills."""

    @cached_property
    def record_store(self) -> "RecordStore":
        """Keeps what is polled."""
        from ledgerlink.quickbooks.json_numbers import dumps
        from ledgerlink.storage.own_writes import DynamoOwnWrites
        from ledgerlink.usecases.sync.store_changes import RecordStore

        own_writes = DynamoOwnWrites(self._table(self.config.entity_links_table))
        return RecordStore(
            self.records,
            self.organic_settings,
            self.certifications,
            own_writes,
            self.judgements,
            self._change_announcer,
            dumps,
        )

    @cached_property
    def record_judge(self) -> "RecordJudge":
        """Judges what is stored."""
        from ledgerlink.usecases.certification.judge_stored_records import RecordJudge

        return RecordJudge(self.records, self.organic_settings, self.certifications, self._change_announcer, clock)

    @cached_property
    def certification_mailer(self) -> "CertificationMailer":
        """Sends the e-mails that are owed at the end of a run."""
        from ledgerlink.storage.owed_mail import DynamoOwedMail
        from ledgerlink.usecases.certification.mail_certifications import CertificationMailer

        return CertificationMailer(
            owed=DynamoOwedMail(self._table(self.config.records_table)),
            certifications=self.certifications,
            records=self.records,
            settings=self.organic_settings,
            mail=self._mail,
            clock=clock,
            new_worker=new_id,
        )

    @cached_property
    def record_finder(self) -> "DynamoRecordFinder":
        from ledgerlink.storage.record_finder import DynamoRecordFinder

        return DynamoRecordFinder(self.records, clock)

    @cached_property
    def backfill_starter(self) -> "BackfillStarter":
        from ledgerlink.messaging.backfill_executions import BackfillExecutions
        from ledgerlink.usecases.sync.start_backfill import BackfillStarter

        executions = BackfillExecutions(client("stepfunctions"), self.config.backfill_state_machine_arn)
        return BackfillStarter(self.flows, self.backfills, executions)

    @cached_property
    def poller(self) -> "Poller":
        from ledgerlink.usecases.sync.poll_connection import Poller

        return Poller(
            connections=self.connections,
            flows=self.flows,
            sync=self.sync,
            companies=self,
            records=self.record_store,
            starter=self.backfill_starter,
            choices=self.sync_settings,
            clock=clock,
        )

    @cached_property
    def backfill_planner(self) -> "BackfillPlanner":
        from ledgerlink.usecases.sync.plan_backfill import BackfillPlanner

        return BackfillPlanner(self.connections, self.flows, self.backfills, self, self.events, clock)

    @cached_property
    def page_copier(self) -> "PageCopier":
        from ledgerlink.usecases.sync.backfill_page import PageCopier

        return PageCopier(self.connections, self.flows, self.backfills, self, self.record_store, self.events, clock)

    def sync_settings(self, connection: Connection) -> "SyncSettings":
        """What was chosen about taking data out of a company."""
        return connection.settings.sync

    @cached_property
    def _change_announcer(self) -> "ChangeAnnouncer":
        from ledgerlink.usecases.sync.announce_changes import ChangeAnnouncer

        sends_mail = bool(self.config.mail_sender)
        return ChangeAnnouncer(self.certifications, self.organic_settings, self.events, sends_mail, clock)
