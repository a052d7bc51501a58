package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hikyaku.relay.config.RelayConfig;
import org.junit.jupiter.api.Test;

/** Whatever may be written into a relay's configuration is read by the relay: no setting is there for nothing. */
class SettingsAreReadTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.hikyaku.relay", "org.hikyaku.cli");

    @Test
    void byAClassThatDoesSomethingWithIt() {
        List<String> unread = new ArrayList<>();
        int count = 0;
        for (JavaClass part : CLASSES) {
            boolean settings = part.getName().equals(RelayConfig.class.getName())
                    || part.getName().startsWith(RelayConfig.class.getName() + "$");
            if (!settings || !part.isRecord()) {
                continue;
            }
            for (var component : part.reflect().getRecordComponents()) {
                count++;
                if (!isRead(part.getMethod(component.getName()))) {
                    unread.add(part.getSimpleName() + "." + component.getName());
                }
            }
        }
        assertThat(unread).isEmpty();
        assertThat(count).isGreaterThan(60);
    }

    private static boolean isRead(JavaMethod accessor) {
        return Stream.concat(accessor.getCallsOfSelf().stream(), accessor.getReferencesToSelf().stream())
                .map(JavaAccess::getOriginOwner)
                .map(JavaClass::getName)
                .anyMatch(name ->
                        !name.startsWith("org.hikyaku.relay.config.") && !name.equals("org.hikyaku.relay.Changeable"));
    }
}
