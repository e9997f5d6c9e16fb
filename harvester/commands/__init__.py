"""The commands of chm-harvester, a module a family; each imports its work when it runs."""
