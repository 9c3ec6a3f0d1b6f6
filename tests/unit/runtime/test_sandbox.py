from sfwnb.runtime.sandbox import installed_packages, sandboxed_runner


def test_installed_packages_and_this_library_are_passed_through():
    passed = sandboxed_runner().restrictions.passthrough_modules
    assert {"sfwnb", "temporalio", "numpy", "pandas", "typing_extensions"} <= passed


def test_the_user_s_own_modules_and_the_standard_library_stay_under_guard():
    assert not {"tests", "__main__", "random"} & installed_packages()
    assert not {name for name in installed_packages() if name.startswith("__")}
