# Registries of container images.

link "aws_ecr_lifecycle_policy" "repository" {
  to    = "aws_ecr_repository"
  means = "configures"
  by    = "name"
}
