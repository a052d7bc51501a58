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
import org.hikyaku.check.Mend;
import org.hikyaku.check.Severity;

/**
 * A run as JUnit's XML, for build pipelines: a suite for each domain, a case for each finding. What the gate stops is a
 * failure, what could not be found out is an error, everything else passes.
 */
public final class JunitReport {
    /** The format knows no zones; the times are UTC. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

    private final XMLStreamWriter xml;
    private final Gate gate;

    private JunitReport(XMLStreamWriter xml, Gate gate) {
        this.xml = xml;
        this.gate = gate;
    }

    public static String of(CheckReport report, Gate gate) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            new JunitReport(xml, gate).write(report);
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a StringWriter takes everything", e);
        }
        return text.append('\n').toString();
    }

    private void write(CheckReport report) throws XMLStreamException {
        List<Finding> all =
                report.domains().stream().flatMap(d -> d.findings().stream()).toList();
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuites");
        xml.writeAttribute("name", "hikyaku check");
        counts(all, report.took());
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
        counts(domain.findings(), domain.took());
        xml.writeAttribute("timestamp", TIME.format(domain.evidence().at().truncatedTo(ChronoUnit.SECONDS)));
        for (Finding finding : domain.findings()) {
            testCase(domain, finding);
        }
        xml.writeCharacters("\n  ");
        xml.writeEndElement();
    }

    private void counts(List<Finding> findings, Duration took) throws XMLStreamException {
        xml.writeAttribute("tests", String.valueOf(findings.size()));
        xml.writeAttribute(
                "failures", String.valueOf(findings.stream().filter(gate::stops).count()));
        xml.writeAttribute(
                "errors",
                String.valueOf(findings.stream()
                        .filter(f -> f.severity() == Severity.UNKNOWN)
                        .count()));
        xml.writeAttribute("time", BigDecimal.valueOf(took.toMillis(), 3).toPlainString());
    }

    private void testCase(DomainReport domain, Finding finding) throws XMLStreamException {
        xml.writeCharacters("\n    ");
        xml.writeStartElement("testcase");
        xml.writeAttribute("name", Xml.text(finding.id().id() + ": " + finding.subject()));
        xml.writeAttribute("classname", domain.domain());
        if (gate.stops(finding)) {
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
