package org.hikyaku.check.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.hikyaku.check.DomainReport;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabDomain;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whoever checks twice gets the same grade twice. */
@Tag("long")
class GradeStabilityTest {

    private static Map<String, String> grades(Lab lab) {
        String[] domains = Catalogue.builtIn().domains().stream()
                .map(LabDomain::name)
                .map(n -> n.toString(true))
                .toArray(String[]::new);
        Map<String, String> grades = new TreeMap<>();
        for (DomainReport report :
                SampleReports.of(lab, Optional.of("internet.nl"), domains).domains()) {
            report.grade()
                    .ifPresent(grade -> grades.put(
                            report.domain(),
                            grade.headline() + " "
                                    + grade.categories().stream()
                                            .map(c -> c.category().id() + " " + c.points() + "/" + c.most() + " "
                                                    + c.status().token())
                                            .collect(Collectors.joining(", "))));
        }
        return grades;
    }

    @Test
    void everyDomainOfTheLabHasTheSameGradeTwice() {
        try (Lab lab = SampleReports.lab()) {
            Map<String, String> first = grades(lab);

            assertThat(first).hasSizeGreaterThan(100);
            assertThat(grades(lab)).isEqualTo(first);
        }
    }
}
