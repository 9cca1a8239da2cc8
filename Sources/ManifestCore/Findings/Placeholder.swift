import YAMLTree
