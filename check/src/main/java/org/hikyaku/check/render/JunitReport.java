package org.hikyaku.check.render;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.hikyaku.check.CheckReport;
import org.hikyaku.check.DomainReport;
import org.hikyaku.check.Finding;
import org.hikyaku.check.GatedReport;
import org.hikyaku.check.Mend;
import org.hikyaku.check.Severity;

/**
 * A run as JUnit's XML, for build pipelines: a suite for each domain, a case for each finding. What fails the run is a
 * failure, what could not be found out is an error, everything else passes.
 */
public final class JunitReport {
    /** The format knows no zones; the times are UTC. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

    private final XMLStreamWriter xml;
    private final GatedReport gated;

    private JunitReport(XMLStreamWriter xml, GatedReport gated) {
        this.xml = xml;
        this.gated = gated;
    }

    public static String of(GatedReport report) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            new JunitReport(xml, report).write();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a StringWriter takes everything", e);
        }
        return text.append('\n').toString();
    }

    private void write() throws XMLStreamException {
        CheckReport report = gated.report();
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuites");
        xml.writeAttribute("name", "hikyaku check");
        counts(report.domains(), report.took());
        for (DomainReport domain : report.domains()) {
            suite(domain);
        }
        xml.writeCharacters("\n");
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private void suite(DomainReport domain) throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", domain.domain());
        counts(List.of(domain), domain.took());
        xml.writeAttribute("timestamp", TIME.format(domain.evidence().at().truncatedTo(ChronoUnit.SECONDS)));
        for (Finding finding : domain.findings()) {
            testCase(domain, finding);
        }
        xml.writeCharacters("\n  ");
        xml.writeEndElement();
    }

    private void counts(List<DomainReport> domains, Duration took) throws XMLStreamException {
        int tests = 0;
        int failures = 0;
        int errors = 0;
        for (DomainReport domain : domains) {
            tests += domain.findings().size();
            failures += (int) domain.findings().stream()
                    .filter(f -> gated.fails(domain, f))
                    .count();
            errors += domain.findings(Severity.UNKNOWN).size();
        }
        xml.writeAttribute("tests", Integer.toString(tests));
        xml.writeAttribute("failures", Integer.toString(failures));
        xml.writeAttribute("errors", Integer.toString(errors));
        xml.writeAttribute("time", BigDecimal.valueOf(took.toMillis(), 3).toPlainString());
    }

    private void testCase(DomainReport domain, Finding finding) throws XMLStreamException {
        xml.writeCharacters("\n    ");
        xml.writeStartElement("testcase");
        xml.writeAttribute("name", Xml.text(finding.id().id() + ": " + finding.subject()));
        xml.writeAttribute("classname", domain.domain());
        if (gated.fails(domain, finding)) {
            problem("failure", finding);
        } else if (finding.severity() == Severity.UNKNOWN) {
            problem("error", finding);
        } else {
            xml.writeCharacters("\n      ");
            xml.writeStartElement("system-out");
            xml.writeCharacters(Xml.text(finding.severity().token() + ": " + finding.seen()));
            xml.writeEndElement();
        }
        xml.writeCharacters("\n    ");
        xml.writeEndElement();
    }

    private void problem(String element, Finding finding) throws XMLStreamException {
        xml.writeCharacters("\n      ");
        xml.writeStartElement(element);
        xml.writeAttribute("message", Xml.text(finding.seen()));
        xml.writeAttribute(
                "type", finding.severity().token() + " " + finding.id().id());
        xml.writeCharacters(Xml.text(body(finding)));
        xml.writeEndElement();
    }

    private static String body(Finding finding) {
        StringBuilder text = new StringBuilder(finding.seen())
                .append('\n')
                .append(finding.matters())
                .append(" (")
                .append(finding.rule())
                .append(")\n");
        finding.mend().ifPresent(mend -> mend(text, finding, mend));
        return text.toString();
    }

    private static void mend(StringBuilder text, Finding finding, Mend mend) {
        text.append(finding.subject()).append(": ").append(mend.action()).append('\n');
        mend.lines().forEach(line -> text.append("  ").append(line).append('\n'));
    }
}
