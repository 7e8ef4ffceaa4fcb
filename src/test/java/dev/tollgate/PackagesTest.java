package dev.tollgate;

import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** Which package may use which, so that an API can be read, changed and added without reading the others. */
class PackagesTest {

    private static final String ROOT = "dev.tollgate.";
    private static final String[] APIS = {"keepa..", "xai..", "verdict..", "gemini..", "spapi.."};
    private static final JavaClasses CLASSES = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.tollgate");

    @Test
    void noPackagesUseEachOtherInACircle() {
        slices().assignedFrom(new EachPackage()).should().beFreeOfCycles().check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("apis")
    void anApiKnowsNothingOfTheOthers(String api, String[] others) {
        noClasses().that().resideInAPackage(ROOT + api).should().dependOnClassesThat().resideInAnyPackage(others).check(CLASSES);
    }

    static Stream<Arguments> apis() {
        return Stream.of(APIS).filter(api -> !api.equals("verdict..")).map(api -> Arguments.of(api,
                Stream.of(APIS).filter(other -> !other.equals(api) && !(api.equals("xai..") && other.equals("verdict..")))
                        .map(ROOT::concat).toArray(String[]::new)));
    }

    @Test
    void whatEveryApiUsesKnowsNoApi() {
        noClasses().that().resideOutsideOfPackages(Stream.concat(Stream.of(APIS), Stream.of("sandbox..")).map(ROOT::concat)
                .toArray(String[]::new)).should().dependOnClassesThat()
                .resideInAnyPackage(Stream.of(APIS).map(ROOT::concat).toArray(String[]::new)).check(CLASSES);
    }

    @Test
    void nothingReachesTheSimulatorsOfTheSandbox() {
        noClasses().that().resideOutsideOfPackage(ROOT + "sandbox..").should().dependOnClassesThat(resideInAPackage(ROOT + "sandbox.."))
                .check(CLASSES);
    }

    private static final class EachPackage implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
            String name = javaClass.getPackageName();
            return name.startsWith(ROOT) ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "each package of Tollgate";
        }
    }
}
