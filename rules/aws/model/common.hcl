# What holds for every resource type.

# The provider makes these: no two instances of a type share one.
identity {
  attributes = ["id", "arn"]
}
