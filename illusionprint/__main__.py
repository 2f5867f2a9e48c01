from illusionprint.cli import main

main(prog_name="illusionprint")
