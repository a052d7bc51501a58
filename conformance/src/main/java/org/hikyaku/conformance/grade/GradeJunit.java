package org.hikyaku.conformance.grade;

import java.io.StringWriter;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** A grade as JUnit's XML, for build pipelines: a suite for each area, a case for each rule; what was not seen is skipped. */
public final class GradeJunit {
    private final XMLStreamWriter xml;

    private GradeJunit(XMLStreamWriter xml) {
        this.xml = xml;
    }

    /** The document. */
    public static String of(Grade grade) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            new GradeJunit(xml).write(grade);
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a StringWriter takes everything", e);
        }
        return text.append('\n').toString();
    }

    private void write(Grade grade) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuites");
        xml.writeAttribute("name", "hikyaku lab grade");
        counts(grade.rules());
        for (Area area : Area.values()) {
            List<RuleResult> rules =
                    grade.rules().stream().filter(r -> r.area() == area).toList();
            xml.writeCharacters("\n  ");
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", area.title());
            counts(rules);
            for (RuleResult rule : rules) {
                rule(rule);
            }
            xml.writeCharacters("\n  ");
            xml.writeEndElement();
        }
        xml.writeCharacters("\n");
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private void counts(List<RuleResult> rules) throws XMLStreamException {
        xml.writeAttribute("tests", Integer.toString(rules.size()));
        xml.writeAttribute("failures", Long.toString(count(rules, Standing.BROKEN)));
        xml.writeAttribute("errors", "0");
        xml.writeAttribute("skipped", Long.toString(count(rules, Standing.NOT_SEEN)));
    }

    private static long count(List<RuleResult> rules, Standing standing) {
        return rules.stream().filter(r -> r.standing() == standing).count();
    }

    private void rule(RuleResult rule) throws XMLStreamException {
        xml.writeCharacters("\n    ");
        xml.writeStartElement("testcase");
        xml.writeAttribute("name", rule.rule() + ": " + rule.title());
        xml.writeAttribute("classname", rule.area().title());
        switch (rule.standing()) {
            case BROKEN -> {
                xml.writeStartElement("failure");
                xml.writeAttribute(
                        "message",
                        plain(rule.sentences().isEmpty() ? "" : rule.sentences().getFirst()));
                xml.writeCharacters(plain(String.join("\n", rule.sentences())));
                xml.writeEndElement();
            }
            case NOT_SEEN -> xml.writeEmptyElement("skipped");
            case KEPT -> {
                xml.writeStartElement("system-out");
                xml.writeCharacters(plain("Shown by " + String.join(", ", rule.keptBy())));
                xml.writeEndElement();
            }
        }
        xml.writeEndElement();
    }

    /** Without what XML 1.0 cannot hold even escaped: a sender's words may have it. */
    private static String plain(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> clean.appendCodePoint(
                        c == '\n'
                                        || c == '\t'
                                        || (c >= 0x20 && c <= 0xD7FF && c != 0x7F)
                                        || (c >= 0xE000 && c <= 0xFFFD)
                                ? c
                                : 0xFFFD));
        return clean.toString();
    }
}
