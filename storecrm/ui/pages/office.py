"""The office pages: the month's report, and the shop's data (imports, day totals, backups)."""

from pathlib import Path

from PySide6.QtCore import QModelIndex, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QTabWidget, QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services import rights
from storecrm.services.backup.backups import BackupView
from storecrm.services.reports.day_totals import Total
from storecrm.services.reports.month_figures import Figures, OfferFigures
from storecrm.services.rights import Right
from storecrm.services.store import Topic
from storecrm.ui.kit.dates import date_box, day_in
from storecrm.ui.kit.empty_state import EmptyState
from storecrm.ui.kit.progress_bar import Busy
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.kit.widgets import Banner, button, card, field, label, row
from storecrm.ui.pages.duplicates import DuplicatesPage
from storecrm.ui.pages.import_wizard import ImportWizard
from storecrm.ui.pages.moving_in import MovingInPage
from storecrm.ui.pages.privacy import PrivacyTab
from storecrm.ui.viewmodels.office import OfficeViewModel
from storecrm.wording import labels
from storecrm.wording.errors import cure, sentence


class ReportPage(QWidget):
    """The month at a glance, and as a workbook in two clicks."""

    place_wanted = Signal(str)

    def __init__(self, vm: OfficeViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm, self._words = vm, words
        w = words
        first, last = vm.last_month()
        self.first, self.last = date_box(first, w.t("From")), date_box(last, w.t("To"))
        self.language = QComboBox()
        for code, title in (("zh_CN", "中文"), ("en", "English")):
            self.language.addItem(title, code)
        self.language.setCurrentIndex(0 if w.chinese else 1)
        self.language.setAccessibleName(w.t("Language of the workbook"))
        self.banner, self.busy = Banner(), Busy(vm.cancel, words)
        self.tiles = {
            name: label("—", "kpi")
            for name in (
                m("Sales with coupon"),
                m("Redeemed"),
                m("Matured rate"),
                m("Discount"),
                m("New members"),
                m("Points owed"),
            )
        }
        columns: list[Column[OfferFigures]] = [
            Column(w.t("Offer"), lambda o: o.offer_name, 190),
            Column(w.t("Issued"), lambda o: w.number(o.issued), 70, True),
            Column(w.t("Redeemed"), lambda o: w.number(o.redemptions), 100, True),
            Column(
                w.t("Redemption rate"),
                lambda o: w.percent(float(o.redemption_rate) if o.redemption_rate else None),
                150,
                True,
            ),
            Column(w.t("Sales with coupon"), lambda o: w.money(o.sales_with_coupon_net), 160, True),
            Column(w.t("Discount"), lambda o: w.money(o.discount), 110, True),
            Column(
                w.t("Cost ratio"),
                lambda o: w.percent(
                    o.discount / o.sales_with_coupon_net if o.sales_with_coupon_net else None
                ),
                90,
                True,
            ),
        ]
        self.rows: RowsModel[OfferFigures] = RowsModel(columns)
        self._saved: Path | None = None
        self.open_file = button(w.t("Open the file"), self._open_saved)
        self.open_file.hide()
        save = button(w.t("Excel report"), self._save, kind="primary", icon="file-spreadsheet")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.addLayout(
            row(
                label(w.t("Promotion report"), "h1"),
                None,
                self.first,
                label("–"),
                self.last,
                self.language,
                save,
            )
        )
        column.addWidget(self.busy)
        column.addLayout(row(self.banner, self.open_file))
        tiles = QGridLayout()
        for place, (name, number) in enumerate(self.tiles.items()):
            frame, inside = card(spacing=2)
            inside.addWidget(label(w.t(name), "small"))
            inside.addWidget(number)
            tiles.addWidget(frame, place // 3, place % 3)
        column.addLayout(tiles)
        offers = table(self.rows, columns, w.t("Offers"))
        self.empty = EmptyState(offers, "ticket")
        column.addWidget(offers, 1)
        for box in (self.first, self.last):
            box.dateChanged.connect(lambda _: self.open())
        vm.figured.connect(self._show)
        vm.reported.connect(self._reported)
        vm.progressed.connect(self.busy.step)
        vm.refused.connect(self._refuse)

    def open(self) -> None:
        self._vm.figures(day_in(self.first), day_in(self.last))

    topics = frozenset((Topic.SALES, Topic.COUPONS, Topic.OFFERS, Topic.MEMBERS, Topic.TOTALS))

    def look_again(self, _changed: frozenset[Topic]) -> None:
        self.open()

    def _save(self) -> None:
        first, last, language = day_in(self.first), day_in(self.last), self.language.currentData()
        name = str(Path.home() / self._vm.file_name(first, last, language))
        file, _ = QFileDialog.getSaveFileName(
            self, self._words.t("Excel report"), name, "Excel (*.xlsx)"
        )
        if file:
            self._vm.report(first, last, language, Path(file))

    @Slot(object)
    def _show(self, now: Figures) -> None:
        w, t = self._words, now.totals
        values = (
            w.money(t.sales_with_coupon_net),
            w.number(t.redemptions),
            w.percent(float(t.matured_rate) if t.matured_rate else None),
            w.money(t.discount),
            w.number(now.members.new),
            w.money(now.points.liability),
        )
        for number, text in zip(self.tiles.values(), values, strict=True):
            number.setText(text)
        self.rows.show(sorted(now.offers, key=lambda o: -o.sales_with_coupon_net))
        said = "" if now.offers else w.t("No coupon was issued or used in this period.")
        self.empty.say(said, w.t("Design an offer"), lambda: self.place_wanted.emit("offers"))
        self.banner.say("")

    @Slot(object)
    def _reported(self, answer: tuple[Path, Figures]) -> None:
        self._saved = answer[0]
        self.open_file.show()
        self.banner.say(self._words.t("Saved: {file}", file=str(answer[0])))
        self._show(answer[1])
        self.banner.say(self._words.t("Saved: {file}", file=str(answer[0])))

    def _open_saved(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._saved)))

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.busy.hide()
        self.banner.say(f"{sentence(error, self._words)} {cure(error, self._words)}", bad=True)


class DataPage(QWidget):
    """Imports, duplicates, privacy, day totals, backups and the proof of the books."""

    restored = Signal(object)  # Restored

    def __init__(
        self,
        vm: OfficeViewModel,
        words: Catalogue,
        imports: ImportWizard,
        moving: MovingInPage,
        twins: DuplicatesPage,
        privacy: PrivacyTab | None,
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm, self._words = vm, words
        w = words
        self.banner, self.busy, self.tabs = Banner(), Busy(vm.cancel, words), QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(w.t("Data"))
        self.tabs.tabBar().setAccessibleName(w.t("Data"))
        self.imports, self.moving, self.twins, self.privacy = imports, moving, twins, privacy
        self._doubted = Path()
        self.tabs.addTab(imports, w.t("Import"))
        self.tabs.addTab(moving, w.t("Moving in"))
        self.tabs.addTab(twins, w.t("Duplicates"))
        if privacy is not None:
            self.tabs.addTab(privacy, w.t("Privacy"))
        self.tabs.addTab(self._totals(), w.t("Day totals"))
        self.tabs.addTab(self._backups(), w.t("Backup"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.addWidget(label(w.t("Data"), "h1"))
        column.addWidget(self.busy)
        column.addWidget(self.banner)
        column.addWidget(self.tabs, 1)
        self.tabs.currentChanged.connect(self._open_tab)
        imports.duplicates_wanted.connect(self._look_for_duplicates)
        vm.totalled.connect(self.total_rows.show)
        vm.backups.connect(self.backup_rows.show)
        vm.gaps.connect(self._lacks)
        vm.backed_up.connect(self._backed_up)
        vm.verified.connect(self._verified)
        vm.progressed.connect(self.busy.step)
        vm.refused.connect(self._refuse)

    def open(self) -> None:
        self._open_tab(self.tabs.currentIndex())
        self._vm.load_totals()
        self._vm.load_backups()
        self._vm.load_gaps()

    topics = frozenset((Topic.TOTALS, Topic.MEMBERS, Topic.SALES, Topic.COUPONS))

    def look_again(self, changed: frozenset[Topic]) -> None:
        """Imports, moves and merges that ended, and the totals of days; what is typed stays."""
        if Topic.TOTALS in changed:
            self._vm.load_totals()
        tab = self.tabs.currentWidget()
        if isinstance(tab, ImportWizard | MovingInPage | DuplicatesPage):
            tab.open()

    @Slot()
    def _look_for_duplicates(self) -> None:
        self.tabs.setCurrentWidget(self.twins)
        self.twins.search()

    @Slot(int)
    def _open_tab(self, _at: int) -> None:
        """A tab that looks for itself does so when it is in front."""
        tab = self.tabs.currentWidget()
        if isinstance(tab, ImportWizard | MovingInPage | DuplicatesPage | PrivacyTab):
            tab.open()

    def _totals(self) -> QWidget:
        w, page = self._words, QWidget()
        self.day = date_box(self._vm.store.clock.today(), w.t("Date"))
        self.net, self.receipts = (
            field(w.t("Shop's net sales"), "8650.00"),
            field(w.t("Shop's receipts"), "320"),
        )
        columns: list[Column[Total]] = [
            Column(w.t("Date"), lambda t: f"{w.day(t.day)} {w.weekday(t.day)}", 160),
            Column(w.t("Shop's net sales"), lambda t: w.money(t.net_sales), 140, True),
            Column(w.t("Shop's receipts"), lambda t: w.number(t.receipts), 110, True),
        ]
        self.total_rows: RowsModel[Total] = RowsModel(columns)
        column = QVBoxLayout(page)
        column.addWidget(
            label(
                w.t(
                    "What the other register took on a day. Until every day has its total, shares show a dash."
                ),
                "small",
                wrap=True,
            )
        )
        column.addLayout(
            row(
                self.day,
                self.net,
                self.receipts,
                button(w.t("Save"), self._keep_total, kind="primary"),
            )
        )
        column.addWidget(table(self.total_rows, columns, w.t("Day totals")), 1)
        self.receipts.returnPressed.connect(self._keep_total)
        return page

    def _backups(self) -> QWidget:
        w, page = self._words, QWidget()
        columns: list[Column[BackupView]] = [
            Column(w.t("Time"), lambda b: b.made_at.replace("T", " ")[:19], 160),
            Column(w.t("Members"), lambda b: w.number(b.counts.get("members", 0)), 90, True),
            Column(
                w.t("Redemptions"), lambda b: w.number(b.counts.get("redemptions", 0)), 120, True
            ),
            Column(w.t("Size"), lambda b: f"{b.size / 1e6:.1f} MB", 80, True),
            Column(w.t("Proof"), lambda b: labels.proof(b.proof, w), 260),
            Column(w.t("File"), lambda b: str(b.path), 240),
        ]
        self.backup_rows: RowsModel[BackupView] = RowsModel(columns)
        self.backup_list = table(self.backup_rows, columns, w.t("Backups"))
        self.confirm = field(
            w.t("Type the word to restore"), w.t("type RESTORE to put the chosen backup in place")
        )
        column = QVBoxLayout(page)
        column.addLayout(
            row(
                button(
                    w.t("Back up now"), self._vm.back_up, kind="primary", icon="database-export"
                ),
                button(w.t("Prove the books"), self._vm.prove),
                None,
            )
        )
        self.gaps = label("", "error", wrap=True)
        self.why_right = field(
            w.t("Why this file is the right one"), w.t("Why is this file the right one?")
        )
        self.is_right = button(
            w.t("This file is the right one"), lambda: self._vm.accept_gaps(self.why_right.text())
        )
        for widget in (self.gaps, self.why_right, self.is_right):
            widget.hide()
        column.addWidget(self.gaps)
        column.addLayout(row(self.why_right, self.is_right))
        column.addWidget(
            label(
                w.t(
                    "A backup is also made each day, and every page of it is checked. Copy the folder to a USB stick every week."
                ),
                "small",
                wrap=True,
            )
        )
        column.addWidget(self.backup_list, 1)
        # offered only once a copy was refused because its manifest is missing
        self.all_the_same = button(w.t("Restore all the same"), self._restore_all_the_same)
        self.all_the_same.hide()
        column.addLayout(
            row(self.confirm, button(w.t("Restore"), self._restore), self.all_the_same)
        )
        column.addWidget(
            label(
                w.t("The present state is saved before a backup takes its place."),
                "small",
                wrap=True,
            )
        )
        return page

    # --- acts ---

    def _keep_total(self) -> None:
        self._vm.keep_total(day_in(self.day), self.net.text(), self.receipts.text())
        self.net.clear()
        self.receipts.clear()

    def _restore(self) -> None:
        index: QModelIndex = self.backup_list.currentIndex()
        word = self._words.t("RESTORE")
        if not index.isValid() or self.confirm.text().strip() != word:
            self.banner.say(self._words.t("Choose a backup and type {word}.", word=word), bad=True)
            return
        self.confirm.clear()
        self._doubted = self.backup_rows.record(index.row()).path
        self.all_the_same.hide()
        self._vm.restore(self._doubted, self.restored)

    def _restore_all_the_same(self) -> None:
        self.all_the_same.hide()
        self._vm.restore(self._doubted, self.restored, force=True)

    # --- answers ---

    @Slot(object)
    def _backed_up(self, view: BackupView | None) -> None:
        if view is not None:
            proof = labels.proof(view.proof, self._words)
            self.banner.say(
                self._words.t("Backed up: {file} ({proof})", file=str(view.path), proof=proof)
            )
            self._vm.load_backups()

    @Slot(object)
    def _lacks(self, said: list[str]) -> None:
        """A trail that was cut or put back is said until the owner answers."""
        self.gaps.setText("\n".join(said))
        may = rights.holds(self._vm.store.actor, Right.RESTORE)
        self.gaps.setVisible(bool(said))
        self.why_right.setVisible(bool(said) and may)
        self.is_right.setVisible(bool(said) and may)

    @Slot(object)
    def _verified(self, answer: tuple[list[str], list[object]]) -> None:
        checks, findings = answer
        if findings:
            self.banner.say("; ".join(f"{f.check}: {f.count}" for f in findings), bad=True)  # type: ignore[attr-defined]
        else:
            self.banner.say(
                self._words.n("1 check, all is well.", "{count} checks, all is well.", len(checks))
            )

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.busy.hide()
        self.banner.say(f"{sentence(error, self._words)} {cure(error, self._words)}", bad=True)
        self.all_the_same.setVisible(error.code == "manifest_missing")
