package org.hikyaku.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** The arrows of {@code docs/architecture.md}: they only point down this list. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchitectureTest {
    private static final List<String> ROOMS = List.of(
            "cli",
            "web",
            "conformance",
            "relay",
            "check",
            "tlsrpt",
            "delivery",
            "capture",
            "mail",
            "policy",
            "lab",
            "smtp",
            "tls",
            "dns",
            "x509",
            "net");

    private JavaClasses classes = new ClassFileImporter().importPackages();

    @BeforeAll
    void read() {
        classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("org.hikyaku");
    }

    private static String[] packages(List<String> rooms) {
        return rooms.stream().map(room -> "org.hikyaku." + room + "..").toArray(String[]::new);
    }

    /** What is handed in comes through the environment of a command. */
    @Test
    void standardInputIsReadInOnePlace() {
        noClasses()
                .that(not(nameMatching("org\\.hikyaku\\.cli\\.StandardInput.*")))
                .should()
                .accessField(System.class, "in")
                .check(classes);
    }

    @Test
    void everyRoomIsSeen() {
        for (String room : ROOMS) {
            assertThat(classes.stream().anyMatch(c -> c.getPackageName().startsWith("org.hikyaku." + room)))
                    .as("classes of %s", room)
                    .isTrue();
        }
    }

    @TestFactory
    List<DynamicTest> arrowsPointDown() {
        return ROOMS.stream()
                .filter(room -> !room.equals(ROOMS.getFirst()))
                .map(room -> DynamicTest.dynamicTest(
                        room,
                        () -> noClasses()
                                .that()
                                .resideInAPackage("org.hikyaku." + room + "..")
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage(packages(ROOMS.subList(0, ROOMS.indexOf(room))))
                                .check(classes)))
                .toList();
    }

    @Test
    void onlyTheCommandAndConformanceUseTheLab() {
        noClasses()
                .that()
                .resideInAnyPackage(packages(ROOMS.stream()
                        .filter(room -> !List.of("cli", "conformance", "lab").contains(room))
                        .toList()))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.hikyaku.lab..")
                .check(classes);
    }

    @Test
    void socketsAreOpenedInTheFloorAndInDnsOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages("org.hikyaku.net..", "org.hikyaku.dns..", "org.hikyaku.lab..")
                .should()
                .accessClassesThat() // a key manager of the JDK is shown sockets, and does nothing with them
                .belongToAnyOf(java.net.Socket.class, java.net.ServerSocket.class, java.net.DatagramSocket.class)
                .check(classes);
    }

    @Test
    void theQueueKnowsNothingOfTheRestOfTheRelay() {
        noClasses()
                .that()
                .resideInAPackage("org.hikyaku.relay.queue..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("org.hikyaku.relay..").and(not(resideInAPackage("org.hikyaku.relay.queue.."))))
                .check(classes);
    }

    @Test
    void everyClassIsInARoom() {
        classes()
                .that()
                .resideInAPackage("org.hikyaku..")
                .should()
                .resideInAnyPackage(packages(ROOMS))
                .check(classes);
    }
}
